{{/* Combinations that cannot work, refused with the reason. What one value alone may be is in values.schema.json. */}}

{{- define "everynode.validate" -}}
{{- include "everynode.validate.dependency" . -}}
{{- include "everynode.validate.certificates" . -}}
{{- include "everynode.validate.certificateDays" . -}}
{{- include "everynode.validate.accounts" . -}}
{{- include "everynode.validate.matchConditions" .Values.webhook.matchConditions -}}
{{- include "everynode.validate.callers" . -}}
{{- include "everynode.validate.reconciler" . -}}
{{- include "everynode.validate.rivals" . -}}
{{- include "everynode.validate.ports" . -}}
{{- include "everynode.validate.address" .Values.listenAddress -}}
{{- include "everynode.validate.quota" . -}}
{{- include "everynode.validate.tolerations" (list "webhook.policy.tolerations" .Values.webhook.policy.tolerations $) -}}
{{- include "everynode.validate.tolerations" (list "webhook.tolerations" .Values.webhook.tolerations $) -}}
{{- include "everynode.validate.tolerations" (list "reconciler.tolerations" .Values.reconciler.tolerations $) -}}
{{- include "everynode.validate.tolerations" (list "dashboard.tolerations" .Values.dashboard.tolerations $) -}}
{{- if and .Values.dashboard.enabled (not .Values.dashboard.tokenSecret) -}}
{{- fail "dashboard.enabled needs dashboard.tokenSecret: without a token whoever reaches the page would see the cluster" -}}
{{- end -}}
{{- include "everynode.validate.labels" (list "commonLabels" .Values.commonLabels) -}}
{{- include "everynode.validate.labels" (list "webhook.podLabels" .Values.webhook.podLabels) -}}
{{- include "everynode.validate.labels" (list "reconciler.podLabels" .Values.reconciler.podLabels) -}}
{{- include "everynode.validate.budget" (list "webhook" .Values.webhook) -}}
{{- include "everynode.validate.budget" (list "reconciler" .Values.reconciler) -}}
{{- if and .Values.metrics.serviceMonitor.enabled .Values.metrics.podMonitor.enabled -}}
{{- fail "metrics.serviceMonitor.enabled and metrics.podMonitor.enabled: both would read every pod twice; choose one" -}}
{{- end -}}
{{- end -}}

{{- define "everynode.validate.dependency" -}}
{{- if and (hasKey .Values "enabled") (not .Values.enabled) -}}
{{- fail "enabled false: this chart is rendered all the same; the chart that depends on it must say `condition: everynode.enabled` in its dependencies" -}}
{{- end -}}
{{- $name := include "everynode.fullname" . -}}
{{- if and (regexMatch "^[0-9]" $name) (semverCompare "<1.36.0-0" .Capabilities.KubeVersion.Version) -}}
{{- fail (printf "the name %s begins with a digit, and Services may do so from Kubernetes 1.36 on (this is %s): set fullnameOverride to a name that begins with a letter" $name .Capabilities.KubeVersion.Version) -}}
{{- end -}}
{{- end -}}

{{- define "everynode.validate.reconciler" -}}
{{- $reconciler := .Values.reconciler -}}
{{- if not $reconciler.leaderElection -}}
{{- if $reconciler.takeOver -}}
{{- fail "reconciler.takeOver needs reconciler.leaderElection, with one replica too: during an upgrade two pods run, and two DaemonSet controllers make two pods on every node" -}}
{{- end -}}
{{- if eq $reconciler.mode "companion" -}}
{{- fail "reconciler.mode companion needs reconciler.leaderElection, with one replica too: during an upgrade two pods run, and two would replace more pods than the budget lets" -}}
{{- end -}}
{{- if gt (int $reconciler.replicas) 1 -}}
{{- fail (printf "reconciler.replicas %d needs reconciler.leaderElection: else each of them would write certificates of its own" (int $reconciler.replicas)) -}}
{{- end -}}
{{- end -}}
{{- if and $reconciler.rollback (eq $reconciler.mode "certificates") -}}
{{- fail "reconciler.rollback needs reconciler.mode takeover or companion: the mode certificates obeys no RolloutPolicy" -}}
{{- end -}}
{{- range $reconciler.extraArgs -}}
{{- if and (gt (int $reconciler.shards) 1) (or (hasPrefix "--streaming-lists" .) (hasPrefix "--startup-taint" .)) -}}
{{- fail (printf "reconciler.extraArgs: %s does not go with reconciler.shards" .) -}}
{{- end -}}
{{- include "everynode.validate.reconcilerArgument" . -}}
{{- end -}}
{{- if gt (int $reconciler.shards) 1 -}}
{{- if eq $reconciler.mode "certificates" -}}
{{- fail "reconciler.shards needs reconciler.mode takeover or companion: without DaemonSets nothing is sharded" -}}
{{- end -}}
{{- if $reconciler.startupTaint -}}
{{- fail "reconciler.shards does not go with reconciler.startupTaint: a node waits for DaemonSets of all shards, and no replica sees all" -}}
{{- end -}}
{{- end -}}
{{- if $reconciler.startupTaint -}}
{{- if eq $reconciler.mode "certificates" -}}
{{- fail "reconciler.startupTaint needs reconciler.mode takeover or companion: the mode certificates looks at no node" -}}
{{- end -}}
{{- with include "everynode.validate.toleration" (dict "key" $reconciler.startupTaint "operator" "Exists") -}}
{{- fail (printf "reconciler.startupTaint: %s" .) -}}
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

{{/* What goes before the chart's own arguments would get past what the chart knows: the rights, and the checks above. */}}
{{- define "everynode.validate.reconcilerArgument" -}}
{{- $argument := . -}}
{{- range $prefix, $instead := dict
    "--shards" "set reconciler.shards instead, which also lets the reconciler keep a Lease for each shard"
    "--leader-elect" "set reconciler.leaderElection instead"
    "--mode" "set reconciler.mode instead, which also brings the rights for it"
    "--take-over" "set reconciler.takeOver instead, which also brings the rights for it"
    "--lease-" "leave it out: the role is for the Leases as the chart names them, in the release's namespace or that of namespaceOverride, and all replicas need the same times" -}}
{{- if hasPrefix $prefix $argument -}}
{{- fail (printf "reconciler.extraArgs: %s: %s" $argument $instead) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Two that take over have a lease each, so both would lead. Whose ClusterRole may write DaemonSets' status takes over. Where
lookup finds nothing (helm template, Argo CD) nobody is seen. */}}
{{- define "everynode.validate.rivals" -}}
{{- if .Values.reconciler.takeOver -}}
{{- $own := include "everynode.componentName" (list . "reconciler") -}}
{{- range (lookup "rbac.authorization.k8s.io/v1" "ClusterRole" "" "").items -}}
{{- $labels := .metadata.labels | default dict -}}
{{- $notes := .metadata.annotations | default dict -}}
{{- $release := index $notes "meta.helm.sh/release-name" | default "" -}}
{{- $namespace := index $notes "meta.helm.sh/release-namespace" | default "" -}}
{{- $part := and (eq (index $labels "app.kubernetes.io/part-of" | default "") "everynode") (eq (index $labels "app.kubernetes.io/component" | default "") "reconciler") -}}
{{- $ours := and (eq .metadata.name $own) (or (not $namespace) (and (eq $release $.Release.Name) (eq $namespace $.Release.Namespace))) -}}
{{- if and $part (not $ours) (contains "daemonsets/status" (toJson (.rules | default list))) -}}
{{- $who := ternary (printf "release %s in namespace %s" $release $namespace) "a reconciler that was not installed by Helm, or is rendered by Argo CD," (ne $release "") -}}
{{- fail (printf "reconciler.takeOver: %s has taken over already (ClusterRole %s); two DaemonSet controllers make two pods on every node: uninstall it or set its reconciler.takeOver=false first" $who .metadata.name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "everynode.validate.ports" -}}
{{- $webhook := .Values.webhook -}}
{{- if eq (int $webhook.port) (int $webhook.metricsPort) -}}
{{- fail (printf "webhook.port and webhook.metricsPort are both %d: they need a port each" (int $webhook.port)) -}}
{{- end -}}
{{- $port := int .Values.reconciler.metricsPort -}}
{{- if $webhook.hostNetwork -}}
{{- include "everynode.validate.kubeletPort" (list "webhook.port or webhook.metricsPort" (list (int $webhook.port) (int $webhook.metricsPort))) -}}
{{- end -}}
{{- if include "everynode.reconciler.switch" (list . "hostNetwork") -}}
{{- include "everynode.validate.kubeletPort" (list "reconciler.metricsPort" (list $port)) -}}
{{- end -}}
{{- if and $webhook.hostNetwork (include "everynode.reconciler.deployed" .) (include "everynode.reconciler.switch" (list . "hostNetwork")) (has $port (list (int $webhook.port) (int $webhook.metricsPort))) -}}
{{- fail (printf "reconciler.metricsPort %d is a port of the webhook too, and both are on the node's network: choose another" $port) -}}
{{- end -}}
{{- end -}}

{{- define "everynode.validate.kubeletPort" -}}
{{- if has 10250 (index . 1) -}}
{{- fail (printf "%s is 10250, and with hostNetwork that is the kubelet's port on every node: choose another" (index . 0)) -}}
{{- end -}}
{{- end -}}

{{/* As the process reads it. */}}
{{- define "everynode.validate.address" -}}
{{- $octet := "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])" -}}
{{- $four := printf "%s(\\.%s){3}" $octet $octet -}}
{{- $group := "[0-9a-fA-F]{1,4}" -}}
{{- $forms := list (printf "(%s:){7}%s" $group $group) (printf "(%s:){6}%s" $group $four) "::" (printf "::ffff:%s" $four) -}}
{{- range $head := until 8 -}}
{{- $first := ternary ":" (printf "%s(:%s){%d}:" $group $group (sub $head 1)) (eq $head 0) -}}
{{- $rest := sub 7 $head | int -}}
{{- if gt $rest 0 -}}
{{- $forms = append $forms (printf "%s(:%s){1,%d}" $first $group $rest) -}}
{{- end -}}
{{- $forms = append $forms (printf "%s:" $first) -}}
{{- end -}}
{{- if not (regexMatch (printf "^(%s|\\[(%s)\\])$" $four (join "|" $forms)) .) -}}
{{- fail (printf "listenAddress %q is no IP address that a process can listen on: give one such as 0.0.0.0, or in brackets such as [::]" .) -}}
{{- end -}}
{{- if regexMatch "^(127\\.|\\[(0{0,4}:)*:?0{0,3}1\\]$)" . -}}
{{- fail (printf "listenAddress %q is reached from the same pod only, neither by the API server nor by the kubelet's probes: leave it 0.0.0.0, or [::] for IPv6" .) -}}
{{- end -}}
{{- end -}}

{{/* As the API server, and the process that reads the policy, would refuse them. */}}
{{- define "everynode.validate.tolerations" -}}
{{- $path := index . 0 -}}
{{- $kubernetes := (index . 2).Capabilities.KubeVersion.Version -}}
{{- range $index, $one := index . 1 -}}
{{- if and (has $one.operator (list "Lt" "Gt")) (semverCompare "<1.35.0-0" $kubernetes) -}}
{{- fail (printf "%s[%d]: operator %s is known to Kubernetes 1.35 and newer, with the feature gate TaintTolerationComparisonOperators; this is %s: set operator Equal or Exists" $path $index $one.operator $kubernetes) -}}
{{- end -}}
{{- with include "everynode.validate.toleration" $one -}}
{{- fail (printf "%s[%d]: %s" $path $index .) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "everynode.validate.toleration" -}}
{{- $key := .key | default "" -}}
{{- $value := .value | default "" -}}
{{- $exists := eq (.operator | default "Equal") "Exists" -}}
{{- $compares := has .operator (list "Lt" "Gt") -}}
{{- $name := "([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)" -}}
{{- if and (not $key) (not $exists) -}}
key is empty, which goes with operator Exists only: set operator Exists, or a key
{{- else if and $key (not (regexMatch (printf "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?%s$" $name) $key)) -}}
key {{ $key | quote }} is no key of a taint: expected NAME or PREFIX/NAME, such as example.com/gpu
{{- else if and $exists $value -}}
value {{ $value | quote }} does not go with operator Exists: leave it out, or set operator Equal
{{- else if and $compares (ne (int64 $value | toString) $value) -}}
value {{ $value | quote }} is no decimal integer of 64 bits, which operator {{ .operator }} compares: expected one such as 42 or -1
{{- else if and (not $compares) (not (regexMatch (printf "^%s?$" $name) $value)) -}}
value {{ $value | quote }} is no value of a taint: at most 63 letters, digits, "-", "_" and "."
{{- else if and (not (kindIs "invalid" .tolerationSeconds)) (ne (.effect | default "") "NoExecute") -}}
tolerationSeconds goes with effect NoExecute only: set that effect, or leave it out
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
