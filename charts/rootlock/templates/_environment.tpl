{{/* Takes a map of settings: each is an environment variable, logLevel is ROOTLOCK_LOG_LEVEL. What is empty is left out. */}}
{{- define "rootlock.settings" -}}
{{- range $key, $value := . }}
{{- $text := kindIs "slice" $value | ternary (join "," $value) (toString $value) }}
{{- if and (ne $text "") (not (kindIs "invalid" $value)) }}
- name: ROOTLOCK_{{ $key | snakecase | upper }}
  value: {{ $text | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{/* The settings of all parts. */}}
{{- define "rootlock.config" -}}
{{- $seed := include "rootlock.inRegistry" (dict "root" . "image" .Values.config.seedImage) -}}
{{- include "rootlock.settings" (merge (dict "seedImage" $seed) .Values.config) }}
{{- end -}}

{{- define "rootlock.webhook.environment" -}}
- name: ROOTLOCK_NAMESPACE
  valueFrom:
    fieldRef:
      fieldPath: metadata.namespace
- name: ROOTLOCK_SERVICE
  value: {{ include "rootlock.webhook.name" . }}
- name: ROOTLOCK_HTTPS_PORT
  value: {{ .Values.webhook.port | quote }}
{{- if .Values.certificates.certManager.enabled }}
- name: ROOTLOCK_TLS_CERT_FILE
  value: /etc/rootlock/tls/tls.crt
- name: ROOTLOCK_TLS_KEY_FILE
  value: /etc/rootlock/tls/tls.key
{{- else }}
- name: ROOTLOCK_TLS_SECRET
  value: {{ include "rootlock.webhook.tlsSecret" . }}
- name: ROOTLOCK_CERTIFICATE_LIFETIME
  value: {{ .Values.certificates.lifetime }}
- name: ROOTLOCK_MUTATING_CONFIGURATION
  value: {{ include "rootlock.fullname" . }}
{{- if .Values.admission.ephemeralContainers }}
- name: ROOTLOCK_VALIDATING_CONFIGURATION
  value: {{ include "rootlock.fullname" . }}
{{- end }}
{{- end }}
{{- with .Values.certificates.clientAuthority }}
{{- if .secretName }}
- name: ROOTLOCK_CLIENT_CA_FILE
  value: /etc/rootlock/client-authority/{{ .key }}
{{- with .names }}
- name: ROOTLOCK_CLIENT_NAMES
  value: {{ join "," . | quote }}
{{- end }}
{{- end }}
{{- end }}
{{- include "rootlock.config" . }}
{{- with .Values.webhook.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "rootlock.controller.environment" -}}
- name: ROOTLOCK_NAMESPACE
  valueFrom:
    fieldRef:
      fieldPath: metadata.namespace
- name: ROOTLOCK_PROBE_PORT
  value: {{ .Values.controller.port | quote }}
{{- include "rootlock.config" . }}
{{- include "rootlock.settings" .Values.controller.config }}
{{- with .Values.controller.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}
