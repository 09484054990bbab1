{{/* One rule of the PrometheusRule. Takes an `alert` of files/alerts.yaml, and the values of the `rule`. */}}
{{- define "rootlock.alert" -}}
- alert: {{ .alert.alert }}
  expr: {{ .alert.expr | quote }}
  {{- with .alert.for }}
  for: {{ . }}
  {{- end }}
  labels:
    {{- merge (dict "severity" .alert.severity) .rule.alertLabels | toYaml | nindent 4 }}
  annotations:
    summary: {{ .alert.summary | quote }}
    description: {{ .alert.description | quote }}
    {{- with .rule.runbookUrl }}
    runbook_url: {{ . }}#{{ lower $.alert.alert }}
    {{- end }}
{{- end -}}
