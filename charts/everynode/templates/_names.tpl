{{/* Names, labels and the image. A component is "webhook" or "reconciler"; helpers that need one take (list $ "webhook"). */}}

{{- define "everynode.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* At most 43 characters, so that "-reconciler-certificate" and the like still fit into 63. A release may have dots in its name,
which a Service may not. */}}
{{- define "everynode.fullname" -}}
{{- $name := include "everynode.name" . -}}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- regexReplaceAll "-+$" (.Values.fullnameOverride | default $full | replace "." "-" | trunc 43) "" -}}
{{- end -}}

{{- define "everynode.namespace" -}}
{{- .Values.namespaceOverride | default .Release.Namespace -}}
{{- end -}}

{{- define "everynode.componentName" -}}
{{- printf "%s-%s" (include "everynode.fullname" (index . 0)) (index . 1) -}}
{{- end -}}

{{/* Selectors are immutable: nothing that changes with a version or a value of the user. */}}
{{- define "everynode.selectorLabels" -}}
app.kubernetes.io/name: {{ include "everynode.name" (index . 0) | quote }}
app.kubernetes.io/instance: {{ (index . 0).Release.Name | quote }}
app.kubernetes.io/component: {{ index . 1 | quote }}
{{- end -}}

{{- define "everynode.labels" -}}
{{- $root := index . 0 -}}
{{- $own := include "everynode.selectorLabels" . | fromYaml -}}
{{- $more := dict "app.kubernetes.io/part-of" "everynode" "app.kubernetes.io/managed-by" $root.Release.Service
    "app.kubernetes.io/version" $root.Chart.AppVersion
    "helm.sh/chart" (printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-") -}}
{{- merge $own $more $root.Values.commonLabels | toYaml -}}
{{- end -}}

{{- define "everynode.podLabels" -}}
{{- $root := index . 0 -}}
{{- merge (include "everynode.selectorLabels" . | fromYaml) (dict "app.kubernetes.io/part-of" "everynode")
    (index $root.Values (index . 1)).podLabels $root.Values.commonLabels | toYaml -}}
{{- end -}}

{{- define "everynode.image" -}}
{{- $image := .Values.image -}}
{{- $name := ternary (printf "%s/%s" $image.registry $image.repository) $image.repository (ne $image.registry "") -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $name $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $name ($image.tag | default .Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{- define "everynode.webhookName" -}}pods.everynode.dev{{- end -}}

{{/* cert-manager makes a Secret of its own, which Helm would refuse to take over when the mode changes: another name. */}}
{{- define "everynode.certificateSecret" -}}
{{- $mode := .Values.certificates.mode -}}
{{- if eq $mode "existingSecret" -}}
{{- .Values.certificates.existingSecret.name -}}
{{- else -}}
{{- printf "%s-%s" (include "everynode.fullname" .) (ternary "tls" "certificate" (eq $mode "certManager")) -}}
{{- end -}}
{{- end -}}

{{/* Where the certificate loop keeps its CA: it makes the name itself. */}}
{{- define "everynode.authoritySecret" -}}
{{- printf "%s-ca" (include "everynode.certificateSecret" .) -}}
{{- end -}}

{{/* The name by which the API server calls the webhook and checks its certificate. */}}
{{- define "everynode.serverName" -}}
{{- printf "%s.%s.svc" (include "everynode.componentName" (list . "webhook")) (include "everynode.namespace" .) -}}
{{- end -}}

{{/* "true" or nothing: does the reconciler process have anything to do? */}}
{{- define "everynode.reconciler.wanted" -}}
{{- if or (ne .Values.reconciler.mode "certificates") (eq .Values.certificates.mode "self") -}}true{{- end -}}
{{- end -}}

{{- define "everynode.reconciler.deployed" -}}
{{- if and (include "everynode.reconciler.wanted" .) (not .Values.reconciler.staticPod.enabled) -}}true{{- end -}}
{{- end -}}

{{/* A switch of the reconciler that follows takeOver while it is "auto": (list $ "hostNetwork"). */}}
{{- define "everynode.reconciler.switch" -}}
{{- $reconciler := (index . 0).Values.reconciler -}}
{{- $value := index $reconciler (index . 1) | toString -}}
{{- if or (eq $value "true") (and (eq $value "auto") $reconciler.takeOver) -}}true{{- end -}}
{{- end -}}

{{/* "true" or nothing: a namespace where Kubernetes admits the classes system-* whatever quotas say. */}}
{{- define "everynode.inKubeSystem" -}}
{{- if eq (include "everynode.namespace" .) "kube-system" -}}true{{- end -}}
{{- end -}}

{{- define "everynode.reconciler.apiServerFrom" -}}
{{- $from := .Values.reconciler.apiServer.from -}}
{{- ternary (ternary "node" "service" .Values.reconciler.takeOver) $from (eq $from "auto") -}}
{{- end -}}
