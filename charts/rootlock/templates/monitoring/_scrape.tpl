{{/* The components whose pods are scraped. */}}
{{- define "rootlock.components" -}}
- webhook
{{- if .Values.controller.enabled }}
- controller
{{- end }}
{{- end -}}

{{/* One endpoint of a ServiceMonitor or PodMonitor: the webhook's trusts the authority of its own certificate. */}}
{{- define "rootlock.scrape" -}}
path: /metrics
# The namespace of a metric is that of the pods it tells of, not that of the pod which tells: without this Prometheus renames it.
honorLabels: true
{{- if eq .component "webhook" }}
port: https
scheme: https
tlsConfig:
  serverName: {{ include "rootlock.webhook.host" .root }}
  ca:
    secret:
      name: {{ include "rootlock.webhook.tlsSecret" .root }}
      key: ca.crt
{{- else }}
port: http
{{- end }}
{{- with .monitor.interval }}
interval: {{ . }}
{{- end }}
{{- with .monitor.scrapeTimeout }}
scrapeTimeout: {{ . }}
{{- end }}
{{- with .monitor.relabelings }}
relabelings:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .monitor.metricRelabelings }}
metricRelabelings:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
