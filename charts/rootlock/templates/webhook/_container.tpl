{{- define "rootlock.webhook.container" -}}
env:
  {{- include "rootlock.webhook.environment" . | nindent 2 }}
ports:
  - name: https
    containerPort: {{ .Values.webhook.port }}
    protocol: TCP
# The API server may be away when the pod starts, and is waited for.
startupProbe:
  {{- include "rootlock.webhook.probe" "/healthz" | nindent 2 }}
  periodSeconds: 2
  failureThreshold: 150
livenessProbe:
  {{- include "rootlock.webhook.probe" "/healthz" | nindent 2 }}
  periodSeconds: 10
  failureThreshold: 3
readinessProbe:
  {{- include "rootlock.webhook.probe" "/readyz" | nindent 2 }}
  periodSeconds: 5
  failureThreshold: 2
{{- end -}}

{{- define "rootlock.webhook.probe" -}}
httpGet:
  path: {{ . }}
  port: https
  scheme: HTTPS
timeoutSeconds: 3
{{- end -}}

{{/* Secrets are mounted whole, not by subPath, so that a renewed certificate reaches the running pod. */}}
{{- define "rootlock.webhook.mounts" -}}
{{- if .Values.certificates.certManager.enabled }}
- name: tls
  mountPath: /etc/rootlock/tls
  readOnly: true
{{- end }}
{{- if .Values.certificates.clientAuthority.secretName }}
- name: client-authority
  mountPath: /etc/rootlock/client-authority
  readOnly: true
{{- end }}
{{- end -}}

{{- define "rootlock.webhook.volumes" -}}
{{- if .Values.certificates.certManager.enabled }}
- name: tls
  secret:
    secretName: {{ include "rootlock.webhook.tlsSecret" . }}
{{- end }}
{{- with .Values.certificates.clientAuthority }}
{{- if .secretName }}
- name: client-authority
  secret:
    secretName: {{ .secretName }}
    items:
      - key: {{ .key }}
        path: {{ .key }}
{{- end }}
{{- end }}
{{- end -}}
