{{- define "rootlock.webhookService" -}}
service:
  name: {{ include "rootlock.webhook.name" .root }}
  namespace: {{ .root.Release.Namespace }}
  port: 443
  path: {{ .path }}
{{- end -}}

{{- define "rootlock.webhookBehaviour" -}}
failurePolicy: {{ .Values.admission.failurePolicy }}
timeoutSeconds: {{ .Values.admission.timeoutSeconds }}
matchPolicy: Equivalent
sideEffects: None
admissionReviewVersions: [v1]
{{- end -}}

{{/* With cert-manager its cainjector fills in the authority; without, the webhook does. */}}
{{- define "rootlock.webhookConfigurationAnnotations" -}}
{{- $injection := dict -}}
{{- if .Values.certificates.certManager.enabled -}}
{{- $injection = dict "cert-manager.io/inject-ca-from" (printf "%s/%s" .Release.Namespace (include "rootlock.webhook.name" .)) -}}
{{- end -}}
{{- with merge $injection .Values.admission.annotations -}}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end -}}
{{- end -}}
