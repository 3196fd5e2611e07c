{{/* Which pods the API server sends. */}}

{{/* A controller of kind DaemonSet in any group, or of a kind that the policy names. */}}
{{- define "everynode.ownedByDaemonSet" -}}
{{- $kinds := list "owner.kind == \"DaemonSet\"" -}}
{{- range .Values.webhook.policy.ownerKinds -}}
{{- /* The core group has no name and no slash: its apiVersion is the version alone. */ -}}
{{- $group := ternary (printf "owner.apiVersion.startsWith(\"%s/\")" .group) "!owner.apiVersion.contains(\"/\")" (ne (.group | default "") "") -}}
{{- $kinds = append $kinds (printf "(owner.kind == \"%s\" && %s)" .kind $group) -}}
{{- end -}}
{{- $kind := ternary (first $kinds) (printf "(%s)" (join " || " $kinds)) (eq (len $kinds) 1) -}}
has(object.metadata.ownerReferences) && object.metadata.ownerReferences.exists(owner, {{ $kind }} && has(owner.controller) && owner.controller)
{{- end -}}

{{- define "everynode.webhook.affinity" -}}
{{- if .Values.webhook.affinity -}}
{{- toYaml .Values.webhook.affinity -}}
{{- else -}}
nodeAffinity:
  requiredDuringSchedulingIgnoredDuringExecution:
    nodeSelectorTerms:
      - matchExpressions:
          - {{ include "everynode.pod.realNode" . }}
{{- end -}}
{{- end -}}

{{/* Nothing when it would be empty: on AKS the admissions enforcer writes one of its own, and stays its owner. */}}
{{- define "everynode.namespaceSelector" -}}
{{- $selector := deepCopy .Values.webhook.namespaceSelector -}}
{{- with .Values.webhook.excludedNamespaces -}}
{{- $excluded := dict "key" "kubernetes.io/metadata.name" "operator" "NotIn" "values" . -}}
{{- $_ := set $selector "matchExpressions" (append ($selector.matchExpressions | default list) $excluded) -}}
{{- end -}}
{{- with $selector -}}
{{- toYaml . -}}
{{- end -}}
{{- end -}}

{{/* The API server refuses a name that is there twice, also beside the chart's own. */}}
{{- define "everynode.validate.matchConditions" -}}
{{- $names := list "owned-by-daemonset" "not-a-mirror-pod" -}}
{{- range . -}}
{{- if has .name $names -}}
{{- fail (printf "webhook.matchConditions: %s is the name of another condition, perhaps of the chart's own: each needs a name of its own" .name) -}}
{{- end -}}
{{- $names = append $names .name -}}
{{- end -}}
{{- end -}}
