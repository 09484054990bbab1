{{- define "rootlock.controller.container" -}}
env:
  {{- include "rootlock.controller.environment" . | nindent 2 }}
ports:
  - name: http
    containerPort: {{ .Values.controller.port }}
    protocol: TCP
# On a busy node it takes its time to start.
startupProbe:
  {{- include "rootlock.controller.probe" "/healthz" | nindent 2 }}
  periodSeconds: 2
  failureThreshold: 150
livenessProbe:
  {{- include "rootlock.controller.probe" "/healthz" | nindent 2 }}
  periodSeconds: 10
  failureThreshold: 3
# Ready once it could lead, whether it leads or not.
readinessProbe:
  {{- include "rootlock.controller.probe" "/readyz" | nindent 2 }}
  periodSeconds: 5
  failureThreshold: 2
{{- end -}}

{{- define "rootlock.controller.probe" -}}
httpGet:
  path: {{ . }}
  port: http
timeoutSeconds: 3
{{- end -}}
