{{/* The ServiceAccounts; helpers that need a component take (list $ "webhook"). */}}

{{- define "everynode.serviceAccountName" -}}
{{- $account := (index (index . 0).Values (index . 1)).serviceAccount -}}
{{- $account.name | default (ternary (include "everynode.componentName" .) "default" $account.create) -}}
{{- end -}}

{{- define "everynode.serviceAccount" -}}
{{- $root := index . 0 -}}
{{- $account := (index $root.Values (index . 1)).serviceAccount -}}
{{- if $account.create -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "everynode.serviceAccountName" . | quote }}
  namespace: {{ include "everynode.namespace" $root | quote }}
  labels:
    {{- include "everynode.labels" . | nindent 4 }}
  {{- with $account.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
automountServiceAccountToken: false
{{- end -}}
{{- end -}}

{{/* The account `default` of the namespace is that of all pods that name none: rights for it are rights for them. */}}
{{- define "everynode.validate.accounts" -}}
{{- $webhook := .Values.webhook -}}
{{- $components := list -}}
{{- if or $webhook.overlays.enabled $webhook.clientAuthentication.tokens.enabled -}}
{{- $components = append $components "webhook" -}}
{{- end -}}
{{- if include "everynode.reconciler.deployed" . -}}
{{- $components = append $components "reconciler" -}}
{{- end -}}
{{- range $components -}}
{{- $account := (index $.Values .).serviceAccount -}}
{{- if not (or $account.create $account.name) -}}
{{- fail (printf "%s.serviceAccount.create false needs %s.serviceAccount.name: else every pod of the namespace that names no ServiceAccount would have the rights of the %s" . . .) -}}
{{- end -}}
{{- end -}}
{{- $name := include "everynode.serviceAccountName" (list . "webhook") -}}
{{- if and (has "reconciler" $components) (eq $name (include "everynode.serviceAccountName" (list . "reconciler"))) -}}
{{- fail (printf "webhook.serviceAccount.name and reconciler.serviceAccount.name are both %s: each would have the rights of the other; they need a name each" $name) -}}
{{- end -}}
{{- end -}}
