{{/* Where the reconciler runs and how it reaches the API server. */}}

{{- define "everynode.reconciler.leaseName" -}}everynode-reconciler{{- end -}}

{{/* The Leases that the reconciler holds: with shards the group's, and one for each. */}}
{{- define "everynode.reconciler.leaseNames" -}}
{{- $name := include "everynode.reconciler.leaseName" . -}}
{{- $names := list $name -}}
{{- if gt (int .Values.reconciler.shards) 1 -}}
{{- range until (int .Values.reconciler.shards) -}}
{{- $names = append $names (printf "%s-shard-%d" $name .) -}}
{{- end -}}
{{- end -}}
{{- toJson $names -}}
{{- end -}}

{{/* What the pods that the chart makes are told, and static pods have to be told by whoever writes them. */}}
{{- define "everynode.reconciler.featureArgs" -}}
{{- if and .Values.webhook.overlays.enabled (ne .Values.reconciler.mode "certificates") }}
- --overlays
{{- end }}
{{- with .Values.reconciler.startupTaint }}
- --startup-taint={{ . }}
{{- end }}
{{- if gt (int .Values.reconciler.shards) 1 }}
- --shards={{ .Values.reconciler.shards }}
{{- end }}
{{- end -}}

{{/* What static pods are told beside what their example says. */}}
{{- define "everynode.reconciler.staticArgs" -}}
{{- include "everynode.reconciler.featureArgs" . -}}
{{- if not .Values.reconciler.statusConditions }}
- --status-conditions=false
{{- end }}
{{- with .Values.reconciler.extraArgs }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "everynode.reconciler.certificateArgs" -}}
{{- if eq .Values.certificates.mode "self" -}}
- --certificate-secret={{ include "everynode.namespace" . }}/{{ include "everynode.certificateSecret" . }}
- --certificate-service={{ include "everynode.namespace" . }}/{{ include "everynode.componentName" (list . "webhook") }}
- --certificate-webhook={{ include "everynode.fullname" . }}
{{- end -}}
{{- end -}}

{{/* Exists: kubeadm gives the label no value, k3s the value true. */}}
{{- define "everynode.reconciler.affinity" -}}
{{- if .Values.reconciler.affinity -}}
{{- toYaml .Values.reconciler.affinity -}}
{{- else -}}
nodeAffinity:
  requiredDuringSchedulingIgnoredDuringExecution:
    nodeSelectorTerms:
      - matchExpressions:
          - {{ include "everynode.pod.realNode" . }}
          {{- if include "everynode.reconciler.switch" (list . "controlPlaneOnly") }}
          - {key: node-role.kubernetes.io/control-plane, operator: Exists}
          {{- end }}
{{- end -}}
{{- end -}}

{{/* The taints of the control plane: kubeadm's, and those that the servers of RKE2 (etcd) and, if so configured, of k3s have.
With takeOver those of a node that waits for a DaemonSet too. And our own startup taint, which only we take away. Not unreachable: a
pod on a dead node shall be replaced. */}}
{{- define "everynode.reconciler.tolerations" -}}
{{- $keys := list -}}
{{- if or .Values.reconciler.takeOver (include "everynode.reconciler.switch" (list . "controlPlaneOnly")) -}}
{{- $keys = list "node-role.kubernetes.io/control-plane" "node-role.kubernetes.io/etcd" "CriticalAddonsOnly" -}}
{{- end -}}
{{- if .Values.reconciler.takeOver -}}
{{- $keys = concat $keys (list "node.kubernetes.io/not-ready" "node.kubernetes.io/network-unavailable"
    "node.kubernetes.io/unschedulable" "node.kubernetes.io/disk-pressure" "node.kubernetes.io/memory-pressure"
    "node.kubernetes.io/pid-pressure" "node.cloudprovider.kubernetes.io/uninitialized") -}}
{{- end -}}
{{- with .Values.reconciler.startupTaint -}}
{{- $keys = append $keys . -}}
{{- end -}}
{{- $tolerations := list -}}
{{- range $keys -}}
{{- $tolerations = append $tolerations (dict "key" . "operator" "Exists") -}}
{{- end -}}
{{- with concat $tolerations .Values.reconciler.tolerations | uniq -}}
{{- toYaml . -}}
{{- end -}}
{{- end -}}

{{/* What is said here goes before what the kubelet says of the Service. */}}
{{- define "everynode.reconciler.env" -}}
{{- $from := include "everynode.reconciler.apiServerFrom" . -}}
{{- $server := .Values.reconciler.apiServer -}}
{{- $env := list -}}
{{- if eq $from "node" -}}
{{- $env = append $env (dict "name" "KUBERNETES_SERVICE_HOST" "valueFrom" (dict "fieldRef" (dict "fieldPath" "status.hostIP"))) -}}
{{- else if eq $from "address" -}}
{{- $env = append $env (dict "name" "KUBERNETES_SERVICE_HOST" "value" $server.address) -}}
{{- end -}}
{{- if ne $from "service" -}}
{{- $env = append $env (dict "name" "KUBERNETES_SERVICE_PORT" "value" ($server.port | int | toString)) -}}
{{- end -}}
{{- with concat $env .Values.reconciler.extraEnv -}}
{{- toYaml . -}}
{{- end -}}
{{- end -}}

{{/* Who gets the rights: the pods' ServiceAccount, or the user of the static pods' kubeconfig. */}}
{{- define "everynode.reconciler.subjects" -}}
{{- if .Values.reconciler.staticPod.enabled -}}
- kind: User
  apiGroup: rbac.authorization.k8s.io
  name: {{ .Values.reconciler.staticPod.user | quote }}
{{- else -}}
- kind: ServiceAccount
  name: {{ include "everynode.serviceAccountName" (list . "reconciler") | quote }}
  namespace: {{ include "everynode.namespace" . | quote }}
{{- end -}}
{{- end -}}
