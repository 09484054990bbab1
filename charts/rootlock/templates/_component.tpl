{{/* What each component has of its own. All of these take the root, the name of the component and its values. */}}

{{- define "rootlock.component.metadata" -}}
name: {{ include "rootlock.fullname" .root }}-{{ .component }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "rootlock.labels" . | nindent 2 }}
{{- end -}}

{{- define "rootlock.serviceAccount" -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  {{- include "rootlock.component.metadata" . | nindent 2 }}
  {{- with .values.serviceAccountAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
automountServiceAccountToken: false
{{- end -}}

{{- define "rootlock.podDisruptionBudget" -}}
{{- with .values.podDisruptionBudget }}
{{- if .enabled }}
{{- if and (not (kindIs "invalid" .maxUnavailable)) (not (kindIs "invalid" .minAvailable)) }}
{{- fail (printf "%s.podDisruptionBudget: set one of maxUnavailable and minAvailable, and the other to null" $.component) }}
{{- end }}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "rootlock.component.metadata" $ | nindent 2 }}
spec:
  {{- if not (kindIs "invalid" .minAvailable) }}
  minAvailable: {{ .minAvailable }}
  {{- else }}
  maxUnavailable: {{ .maxUnavailable }}
  {{- end }}
  # A replica that never got ready must not keep a node from being drained.
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "rootlock.selector" $ | nindent 6 }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Into the pods: to their port. Out of them: to the API server. */}}
{{- define "rootlock.networkPolicy" -}}
{{- with .root.Values.networkPolicy }}
{{- if .enabled }}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "rootlock.component.metadata" $ | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- include "rootlock.selector" $ | nindent 6 }}
  policyTypes: [Ingress, Egress]
  ingress:
    # From anywhere: the API server and the kubelet are no pods that could be selected.
    - ports:
        - port: {{ $.values.port }}
          protocol: TCP
  egress:
    # Names: some clusters give pods the API server's name rather than its address.
    - ports:
        - port: 53
          protocol: UDP
        - port: 53
          protocol: TCP
    - ports:
        {{- range .apiServerPorts }}
        - port: {{ . }}
          protocol: TCP
        {{- end }}
      {{- with .apiServerCidrs }}
      to:
        {{- range . }}
        - ipBlock:
            cidr: {{ . }}
        {{- end }}
      {{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* What binds a ClusterRole of the component's name to its ServiceAccount. */}}
{{- define "rootlock.clusterRoleBinding" -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  {{- omit (include "rootlock.component.metadata" . | fromYaml) "namespace" | toYaml | nindent 2 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: {{ include "rootlock.fullname" .root }}-{{ .component }}
subjects:
  {{- include "rootlock.subjects" . | nindent 2 }}
{{- end -}}

{{/* The same for a Role. */}}
{{- define "rootlock.roleBinding" -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  {{- include "rootlock.component.metadata" . | nindent 2 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: {{ include "rootlock.fullname" .root }}-{{ .component }}
subjects:
  {{- include "rootlock.subjects" . | nindent 2 }}
{{- end -}}

{{- define "rootlock.subjects" -}}
- kind: ServiceAccount
  name: {{ include "rootlock.fullname" .root }}-{{ .component }}
  namespace: {{ .root.Release.Namespace }}
{{- end -}}
