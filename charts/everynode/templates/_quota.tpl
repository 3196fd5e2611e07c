{{/* GKE, and who configures it so, admits pods of the classes system-* outside kube-system only where a quota names them. A quota
counts the pods of everybody in the namespace, so it is there only where nobody else can be hurt. */}}

{{/* The classes system-* of our pods, as JSON, and how many of our pods may be there at once, with those of an upgrade. */}}
{{- define "everynode.quota.needs" -}}
{{- $components := list .Values.webhook -}}
{{- if include "everynode.reconciler.deployed" . -}}
{{- $components = append $components .Values.reconciler -}}
{{- end -}}
{{- $classes := list -}}
{{- $pods := 0 -}}
{{- range $components -}}
{{- if hasPrefix "system-" .priorityClassName -}}
{{- $classes = append $classes .priorityClassName | uniq -}}
{{- $pods = add $pods .replicas 1 -}}
{{- end -}}
{{- end -}}
{{- dict "classes" $classes "pods" $pods | toJson -}}
{{- end -}}

{{/* A pod of these classes in our namespace that is not ours, or nothing. Where there is one such pods are admitted anyway. */}}
{{- define "everynode.quota.stranger" -}}
{{- $classes := index . 1 -}}
{{- $root := index . 0 -}}
{{- range (lookup "v1" "Pod" (include "everynode.namespace" $root) "").items -}}
{{- $ours := eq (dig "labels" "app.kubernetes.io/instance" "" .metadata) $root.Release.Name -}}
{{- if and (not $ours) (has (.spec.priorityClassName | default "") $classes) -}}
{{- .metadata.name }} {{/* */ -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "everynode.quota.name" -}}
{{- printf "%s-priority" (include "everynode.fullname" .) -}}
{{- end -}}

{{/* "true" or nothing. A quota that is there stays: pods of others may be there thanks to it, and ours too. */}}
{{- define "everynode.quota.wanted" -}}
{{- $needs := include "everynode.quota.needs" . | fromJson -}}
{{- $enabled := .Values.resourceQuota.enabled | toString -}}
{{- if and $needs.classes (ne $enabled "false") (not (include "everynode.inKubeSystem" .)) -}}
{{- $present := lookup "v1" "ResourceQuota" (include "everynode.namespace" .) (include "everynode.quota.name" .) -}}
{{- if or (eq $enabled "true") $present (not (include "everynode.quota.stranger" (list . $needs.classes))) -}}true{{- end -}}
{{- end -}}
{{- end -}}

{{- define "everynode.validate.quota" -}}
{{- $quota := .Values.resourceQuota -}}
{{- $needs := include "everynode.quota.needs" . | fromJson -}}
{{- $namespace := include "everynode.namespace" . -}}
{{- if and (eq ($quota.enabled | toString) "true") $needs.classes -}}
{{- if include "everynode.inKubeSystem" . -}}
{{- fail (printf "resourceQuota.enabled true in kube-system would cap everybody's pods of %s at %d; Kubernetes admits them there anyway: leave it auto or set false" (join " and " $needs.classes) (int $quota.pods)) -}}
{{- end -}}
{{- with include "everynode.quota.stranger" (list . $needs.classes) | trim -}}
{{- fail (printf "resourceQuota.enabled true would cap pods of others in %s too (%s) at %d in all; they show that such pods are admitted there: leave it auto or set false" $namespace (splitList " " . | first) (int $quota.pods)) -}}
{{- end -}}
{{- end -}}
{{- if and (include "everynode.quota.wanted" .) (lt (int $quota.pods) (int $needs.pods)) -}}
{{- fail (printf "resourceQuota.pods %d is too few: webhook and reconciler have up to %d pods during an upgrade; raise it" (int $quota.pods) (int $needs.pods)) -}}
{{- end -}}
{{- end -}}
