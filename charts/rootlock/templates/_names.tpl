{{/* What the names of all objects begin with: short enough for `-webhook` behind it in a Service's name of 63. */}}
{{- define "rootlock.fullname" -}}
{{- $chart := default .Chart.Name .Values.nameOverride -}}
{{- $usual := contains $chart .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $chart) -}}
{{- default $usual .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{/* The names of the webhook's Deployment, Service, ServiceAccount and so on. */}}
{{- define "rootlock.webhook.name" -}}
{{ include "rootlock.fullname" . }}-webhook
{{- end -}}

{{/* The names of the controller's Deployment, ServiceAccount and so on. */}}
{{- define "rootlock.controller.name" -}}
{{ include "rootlock.fullname" . }}-controller
{{- end -}}

{{/* The Lease by which the controller's replicas know who leads: the program knows it by this name only. */}}
{{- define "rootlock.controller.lease" -}}
rootlock-controller
{{- end -}}

{{/* The Secret with the webhook's certificate, whoever issues it. */}}
{{- define "rootlock.webhook.tlsSecret" -}}
{{ include "rootlock.webhook.name" . }}-tls
{{- end -}}

{{/* The DNS name by which the API server calls the webhook. */}}
{{- define "rootlock.webhook.host" -}}
{{ include "rootlock.webhook.name" . }}.{{ .Release.Namespace }}.svc
{{- end -}}

{{- define "rootlock.image" -}}
{{- with .Values.image -}}
{{- $repository := include "rootlock.inRegistry" (dict "root" $ "image" .repository) -}}
{{- if .digest -}}
{{ $repository }}@{{ .digest }}
{{- else -}}
{{ $repository }}:{{ default $.Chart.AppVersion .tag }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/*
Takes the root and an image, `image`: what is left of it without its registry, in `global.imageRegistry`; the image as it
is where that is empty. A registry is what the kubelet takes for one: src/core/image/grammar.ts, namesRegistry.
*/}}
{{- define "rootlock.inRegistry" -}}
{{- $registry := (.root.Values.global).imageRegistry -}}
{{- if and $registry .image -}}
{{ $registry }}/{{ regexReplaceAll "^(localhost|[^/]*[.:A-Z][^/]*)/" .image "" }}
{{- else -}}
{{ .image }}
{{- end -}}
{{- end -}}
