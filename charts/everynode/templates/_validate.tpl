{{/* Combinations that cannot work, refused with the reason. What one value alone may be is in values.schema.json. */}}

{{- define "everynode.validate" -}}
{{- include "everynode.validate.certificates" . -}}
{{- include "everynode.validate.reconciler" . -}}
{{- include "everynode.validate.ports" . -}}
{{- include "everynode.validate.labels" (list "commonLabels" .Values.commonLabels) -}}
{{- include "everynode.validate.labels" (list "webhook.podLabels" .Values.webhook.podLabels) -}}
{{- include "everynode.validate.labels" (list "reconciler.podLabels" .Values.reconciler.podLabels) -}}
{{- include "everynode.validate.budget" (list "webhook" .Values.webhook) -}}
{{- include "everynode.validate.budget" (list "reconciler" .Values.reconciler) -}}
{{- if and .Values.metrics.serviceMonitor.enabled .Values.metrics.podMonitor.enabled -}}
{{- fail "metrics.serviceMonitor.enabled and metrics.podMonitor.enabled: both would read every pod twice; choose one" -}}
{{- end -}}
{{- end -}}

{{- define "everynode.validate.certificates" -}}
{{- $certificates := .Values.certificates -}}
{{- $existing := $certificates.existingSecret -}}
{{- if eq $certificates.mode "existingSecret" -}}
{{- if not $existing.name -}}
{{- fail "certificates.mode existingSecret needs certificates.existingSecret.name: the Secret with tls.crt and tls.key" -}}
{{- end -}}
{{- if not (or $existing.caBundle (include "everynode.caInjected" .)) -}}
{{- fail "certificates.mode existingSecret needs certificates.existingSecret.caBundle (PEM), or webhook.annotations with cert-manager.io/inject-ca-from or inject-ca-from-secret: else the API server trusts nobody" -}}
{{- end -}}
{{- else if or $existing.name $existing.caBundle -}}
{{- fail (printf "certificates.existingSecret is set, but certificates.mode is %s, which does not read it; set mode existingSecret or leave it out" $certificates.mode) -}}
{{- end -}}
{{- if and $certificates.certManager.issuerRef (ne $certificates.mode "certManager") -}}
{{- fail (printf "certificates.certManager.issuerRef is set, but certificates.mode is %s, which does not read it; set mode certManager or leave it out" $certificates.mode) -}}
{{- end -}}
{{- end -}}

{{- define "everynode.caInjected" -}}
{{- range $key, $value := .Values.webhook.annotations -}}
{{- if hasPrefix "cert-manager.io/inject-ca-from" $key -}}true{{- end -}}
{{- end -}}
{{- end -}}

{{- define "everynode.validate.reconciler" -}}
{{- $reconciler := .Values.reconciler -}}
{{- if not $reconciler.leaderElection -}}
{{- if $reconciler.takeOver -}}
{{- fail "reconciler.takeOver needs reconciler.leaderElection, with one replica too: during an upgrade two pods run, and two DaemonSet controllers make two pods on every node" -}}
{{- end -}}
{{- if gt (int $reconciler.replicas) 1 -}}
{{- fail (printf "reconciler.replicas %d needs reconciler.leaderElection: else each of them would write certificates of its own" (int $reconciler.replicas)) -}}
{{- end -}}
{{- end -}}
{{- if and $reconciler.staticPod.enabled (not $reconciler.takeOver) -}}
{{- fail "reconciler.staticPod.enabled needs reconciler.takeOver: without it there is nothing that must start before the network" -}}
{{- end -}}
{{- if and (eq $reconciler.apiServer.from "address") (not $reconciler.apiServer.address) -}}
{{- fail "reconciler.apiServer.from address needs reconciler.apiServer.address" -}}
{{- end -}}
{{- if and $reconciler.apiServer.address (ne $reconciler.apiServer.from "address") -}}
{{- fail (printf "reconciler.apiServer.address is set, but reconciler.apiServer.from is %s, which does not read it; set from address" $reconciler.apiServer.from) -}}
{{- end -}}
{{- if and (eq (include "everynode.reconciler.apiServerFrom" .) "node") (not (include "everynode.reconciler.switch" (list . "controlPlaneOnly"))) -}}
{{- fail "reconciler.apiServer.from node needs reconciler.controlPlaneOnly: other nodes have no API server" -}}
{{- end -}}
{{- end -}}

{{- define "everynode.validate.ports" -}}
{{- $webhook := .Values.webhook -}}
{{- if eq (int $webhook.port) (int $webhook.metricsPort) -}}
{{- fail (printf "webhook.port and webhook.metricsPort are both %d: they need a port each" (int $webhook.port)) -}}
{{- end -}}
{{- $port := int .Values.reconciler.metricsPort -}}
{{- if and $webhook.hostNetwork (include "everynode.reconciler.deployed" .) (include "everynode.reconciler.switch" (list . "hostNetwork")) (has $port (list (int $webhook.port) (int $webhook.metricsPort))) -}}
{{- fail (printf "reconciler.metricsPort %d is a port of the webhook too, and both are on the node's network: choose another" $port) -}}
{{- end -}}
{{- end -}}

{{- define "everynode.validate.labels" -}}
{{- range list "app.kubernetes.io/name" "app.kubernetes.io/instance" "app.kubernetes.io/component" -}}
{{- if hasKey (index $ 1) . -}}
{{- fail (printf "%s sets %s: the selectors need that label as the chart sets it" (index $ 0) .) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "everynode.validate.budget" -}}
{{- $name := index . 0 -}}
{{- $component := index . 1 -}}
{{- $budget := $component.podDisruptionBudget -}}
{{- if $budget.enabled -}}
{{- $minimum := $budget.minAvailable -}}
{{- if kindIs "invalid" $minimum -}}
{{- if kindIs "invalid" $budget.maxUnavailable -}}
{{- fail (printf "%s.podDisruptionBudget needs maxUnavailable or minAvailable" $name) -}}
{{- end -}}
{{- if has ($budget.maxUnavailable | toString) (list "0" "0%") -}}
{{- fail (printf "%s.podDisruptionBudget.maxUnavailable %v would block every drain: allow at least one pod" $name $budget.maxUnavailable) -}}
{{- end -}}
{{- else if not (kindIs "invalid" $budget.maxUnavailable) -}}
{{- fail (printf "%s.podDisruptionBudget takes minAvailable or maxUnavailable; set maxUnavailable to null to use minAvailable" $name) -}}
{{- else -}}
{{- /* Kubernetes rounds a percentage up. */ -}}
{{- $pods := int $minimum -}}
{{- if kindIs "string" $minimum -}}
{{- $pods = div (add 99 (mul (trimSuffix "%" $minimum | int) (int $component.replicas))) 100 -}}
{{- end -}}
{{- if ge (int $pods) (int $component.replicas) -}}
{{- fail (printf "%s.podDisruptionBudget.minAvailable %v with %s.replicas %d would block every drain: it must be smaller" $name $minimum $name (int $component.replicas)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
