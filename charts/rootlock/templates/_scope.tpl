{{/* Takes a list of modes, `modes`, and the root, `root`: namespaces in such a mode, but never those that run the cluster, or Rootlock. */}}
{{- define "rootlock.namespaceSelector" -}}
{{- $never := concat (list "kube-system" "kube-public" "kube-node-lease" .root.Release.Namespace) .root.Values.admission.excludedNamespaces -}}
matchExpressions:
  - key: rootlock.dev/mode
    operator: In
    values: {{ toJson .modes }}
  - key: kubernetes.io/metadata.name
    operator: NotIn
    values: {{ $never | uniq | toJson }}
{{- end -}}

{{/*
Pods that Rootlock leaves alone whatever else they say, in the words of src/core/pod/read-pod.ts. Each condition
spares the API server a call; whatever could matter to a verdict is left to the webhook.
*/}}
{{- define "rootlock.podConditions" -}}
- name: not-a-mirror-of-a-static-pod
  expression: >-
    !('kubernetes.io/config.mirror' in object.metadata.?annotations.orValue({}))
- name: not-for-windows
  expression: >-
    object.spec.?os.name.orValue(
    object.spec.?nodeSelector[?'kubernetes.io/os'].orValue(
    object.spec.?nodeSelector[?'beta.kubernetes.io/os'].orValue(''))) != 'windows'
{{- end -}}
