{{/*
The Deployment of one component. Takes the root, the name of the component and its values, and what is its own: the
seconds of `grace`, and as texts the fields of its container, `mounts` and `volumes`.
*/}}
{{- define "rootlock.deployment" -}}
{{- $root := .root }}
{{- $name := printf "%s-%s" (include "rootlock.fullname" .root) .component }}
{{- $selector := include "rootlock.selector" (dict "root" .root "component" .component) | fromYaml }}
{{- with .values -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ $name }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "rootlock.labels" (dict "root" $root "component" $.component) | nindent 4 }}
  {{- with .annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- if not (dig "autoscaling" "enabled" false .) }}
  replicas: {{ .replicas }}
  {{- end }}
  selector:
    matchLabels:
      {{- toYaml $selector | nindent 6 }}
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxUnavailable: 0
      maxSurge: 1
  template:
    metadata:
      labels:
        {{- include "rootlock.podLabels" (dict "root" $root "component" $.component "more" .podLabels) | nindent 8 }}
      {{- with .podAnnotations }}
      annotations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
    spec:
      serviceAccountName: {{ $name }}
      automountServiceAccountToken: true
      # A Service called rootlock-… would otherwise become variables that look like settings.
      enableServiceLinks: false
      {{- with $root.Values.imagePullSecrets }}
      imagePullSecrets:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $root.Values.priorityClassName }}
      priorityClassName: {{ . }}
      {{- end }}
      {{- if .hostNetwork }}
      hostNetwork: true
      dnsPolicy: ClusterFirstWithHostNet
      {{- end }}
      {{- with .podSecurityContext }}
      securityContext:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      terminationGracePeriodSeconds: {{ $.grace }}
      containers:
        - name: {{ $.component }}
          image: {{ include "rootlock.image" $root }}
          imagePullPolicy: {{ $root.Values.image.pullPolicy }}
          args: [{{ $.component }}]
          {{- $.container | nindent 10 }}
          {{- with .resources }}
          resources:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          {{- with .securityContext }}
          securityContext:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          {{- with default "" $.mounts | trim }}
          volumeMounts:
            {{- . | nindent 12 }}
          {{- end }}
      {{- with default "" $.volumes | trim }}
      volumes:
        {{- . | nindent 8 }}
      {{- end }}
      {{- with .nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .affinity }}
      affinity:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .topologySpreadConstraints }}
      topologySpreadConstraints:
        {{- range . }}
        - {{ merge (dict) . (dict "labelSelector" (dict "matchLabels" $selector) "matchLabelKeys" (list "pod-template-hash")) | toYaml | nindent 10 | trim }}
        {{- end }}
      {{- end }}
{{- end }}
{{- end -}}
