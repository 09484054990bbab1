{{/* Takes the root and a part of Rootlock, `component`, where the object is of one. Ours win over those that are asked for. */}}
{{- define "rootlock.labels" -}}
{{- $chart := printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" -}}
{{- $ours := dict "helm.sh/chart" $chart "app.kubernetes.io/managed-by" .root.Release.Service -}}
{{- merge $ours (include "rootlock.podLabels" . | fromYaml) | toYaml -}}
{{- end -}}

{{/* Labels of pods: nothing that changes with the chart alone, or pods would be made anew for it. */}}
{{- define "rootlock.podLabels" -}}
{{- $ours := dict "app.kubernetes.io/version" .root.Chart.AppVersion "app.kubernetes.io/part-of" "rootlock" -}}
{{- merge $ours (include "rootlock.selector" . | fromYaml) .root.Values.commonLabels (default dict .more) | toYaml -}}
{{- end -}}

{{/* Labels by which a component's pods are selected: a Deployment cannot change them later. */}}
{{- define "rootlock.selector" -}}
app.kubernetes.io/name: {{ default .root.Chart.Name .root.Values.nameOverride | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- with .component }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end -}}
