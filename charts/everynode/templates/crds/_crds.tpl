{{/* "true" or nothing. A template and not the chart's folder crds, which Helm never upgrades. */}}
{{- define "everynode.crds.wanted" -}}
{{- $enabled := .Values.crds.enabled | toString -}}
{{- if or (eq $enabled "true") (and (eq $enabled "auto") (ne .Values.reconciler.mode "certificates")) -}}true{{- end -}}
{{- end -}}

{{/* The same for overlays: without them the webhook has no use for the definition. */}}
{{- define "everynode.crds.overlaysWanted" -}}
{{- if and .Values.webhook.overlays.enabled (ne (.Values.crds.enabled | toString) "false") -}}true{{- end -}}
{{- end -}}

{{/* "true" or nothing; takes (list $ "rolloutpolicies.everynode.dev"): the definition is there, and another release or somebody else keeps it. Helm would refuse to install over
it. Where lookup finds nothing (helm template, Argo CD) nobody is seen. */}}
{{- define "everynode.crds.foreign" -}}
{{- $root := index . 0 -}}
{{- with lookup "apiextensions.k8s.io/v1" "CustomResourceDefinition" "" (index . 1) -}}
{{- $notes := .metadata.annotations | default dict -}}
{{- $ours := and (eq (index $notes "meta.helm.sh/release-name" | default "") $root.Release.Name) (eq (index $notes "meta.helm.sh/release-namespace" | default "") $root.Release.Namespace) -}}
{{- if not $ours -}}true{{- end -}}
{{- end -}}
{{- end -}}
