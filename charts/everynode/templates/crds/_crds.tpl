{{/* "true" or nothing. A template and not the chart's folder crds, which Helm never upgrades. */}}
{{- define "everynode.crds.wanted" -}}
{{- $enabled := .Values.crds.enabled | toString -}}
{{- if or (eq $enabled "true") (and (eq $enabled "auto") (ne .Values.reconciler.mode "certificates")) -}}true{{- end -}}
{{- end -}}

{{/* "true" or nothing: the definition is there, and another release or somebody else keeps it. Helm would refuse to install over
it. Where lookup finds nothing (helm template, Argo CD) nobody is seen. */}}
{{- define "everynode.crds.foreign" -}}
{{- with lookup "apiextensions.k8s.io/v1" "CustomResourceDefinition" "" "rolloutpolicies.everynode.dev" -}}
{{- $notes := .metadata.annotations | default dict -}}
{{- $ours := and (eq (index $notes "meta.helm.sh/release-name" | default "") $.Release.Name) (eq (index $notes "meta.helm.sh/release-namespace" | default "") $.Release.Namespace) -}}
{{- if not $ours -}}true{{- end -}}
{{- end -}}
{{- end -}}
