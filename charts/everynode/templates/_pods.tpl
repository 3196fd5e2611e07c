{{/* What the pods of both components have in common; each helper takes (list $ "webhook"). */}}

{{/* OpenShift gives each namespace users and groups of its own, and refuses others: our default ids are left out there. */}}
{{- define "everynode.pod.security" -}}
{{- $root := index . 0 -}}
{{- $context := deepCopy (index $root.Values (index . 1)).podSecurityContext -}}
{{- if $root.Capabilities.APIVersions.Has "security.openshift.io/v1" -}}
{{- range list "runAsUser" "runAsGroup" "fsGroup" -}}
{{- if eq (index $context . | toString) "65532" -}}
{{- $_ := unset $context . -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toYaml $context -}}
{{- end -}}

{{- define "everynode.container.security" -}}
{{- toYaml (index (index . 0).Values (index . 1)).securityContext -}}
{{- end -}}

{{/* No node that is none: a virtual kubelet has neither the node's network nor its Secrets in files. */}}
{{- define "everynode.pod.realNode" -}}
{key: type, operator: NotIn, values: [virtual-kubelet]}
{{- end -}}

{{- define "everynode.pod.placement" -}}
{{- $root := index . 0 -}}
{{- $component := index $root.Values (index . 1) -}}
priorityClassName: {{ $component.priorityClassName | quote }}
{{- with $component.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if $component.spread }}
topologySpreadConstraints:
  {{- range $key := list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - maxSkew: 1
    topologyKey: {{ $key }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "everynode.selectorLabels" $ | nindent 8 }}
    matchLabelKeys: [pod-template-hash]
  {{- end }}
{{- end }}
{{- end -}}

{{- define "everynode.pod.pullSecrets" -}}
{{- with .Values.imagePullSecrets -}}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end -}}
{{- end -}}

{{/* With the node's ports a new pod cannot start beside the old one. */}}
{{- define "everynode.strategy" -}}
type: RollingUpdate
rollingUpdate:
  maxSurge: {{ ternary 0 1 . }}
  maxUnavailable: {{ ternary 1 0 . }}
{{- end -}}

{{- define "everynode.podDisruptionBudget" -}}
{{- $root := index . 0 -}}
{{- $budget := (index $root.Values (index . 1)).podDisruptionBudget -}}
{{- if $budget.enabled -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ include "everynode.componentName" . | quote }}
  namespace: {{ include "everynode.namespace" $root | quote }}
  labels:
    {{- include "everynode.labels" . | nindent 4 }}
spec:
  {{- if kindIs "invalid" $budget.minAvailable }}
  maxUnavailable: {{ $budget.maxUnavailable }}
  {{- else }}
  minAvailable: {{ $budget.minAvailable }}
  {{- end }}
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "everynode.selectorLabels" . | nindent 6 }}
{{- end -}}
{{- end -}}

{{- define "everynode.metricsService" -}}
{{- $root := index . 0 -}}
apiVersion: v1
kind: Service
metadata:
  name: "{{ include "everynode.componentName" . }}-metrics"
  namespace: {{ include "everynode.namespace" $root | quote }}
  labels:
    {{- include "everynode.labels" . | nindent 4 }}
spec:
  selector:
    {{- include "everynode.selectorLabels" . | nindent 4 }}
  ports:
    - name: metrics
      port: {{ (index $root.Values (index . 1)).metricsPort }}
      targetPort: metrics
{{- end -}}

{{/* The way out to the API server, on the port that the reconciler is told as well. */}}
{{- define "everynode.apiServerRule" -}}
{{- $ports := .Values.networkPolicy.apiServerPorts -}}
{{- if ne (include "everynode.reconciler.apiServerFrom" .) "service" -}}
{{- $ports = append $ports .Values.reconciler.apiServer.port -}}
{{- end -}}
{{- $whole := list -}}
{{- range $ports -}}
{{- $whole = append $whole (int .) -}}
{{- end -}}
- ports:
    {{- range uniq $whole }}
    - {port: {{ . }}, protocol: TCP}
    {{- end }}
  {{- with .Values.networkPolicy.apiServerTo }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}
