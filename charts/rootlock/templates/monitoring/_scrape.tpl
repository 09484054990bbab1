{{/* One endpoint of a ServiceMonitor or PodMonitor, which trusts the authority of the webhook's own certificate. */}}
{{- define "rootlock.scrape" -}}
path: /metrics
scheme: https
tlsConfig:
  serverName: {{ include "rootlock.webhook.host" .root }}
  ca:
    secret:
      name: {{ include "rootlock.webhook.tlsSecret" .root }}
      key: ca.crt
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
