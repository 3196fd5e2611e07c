{{/* Made by charts/values_table.py from values.yaml, for _prepare.tpl. */}}
{{- define "everynode.defaults" -}}
image:
  registry: ""
  repository: everynode
  tag: ""
  digest: ""
  pullPolicy: IfNotPresent
imagePullSecrets: []
nameOverride: ""
fullnameOverride: ""
namespaceOverride: ""
commonLabels: {}
listenAddress: 0.0.0.0
certificates:
  mode: self
  existingSecret:
    name: ""
    caBundle: ""
  certManager:
    issuerRef: {}
    duration: 2160h
    renewBefore: 720h
  helm:
    days: 365
webhook:
  replicas: 2
  policy:
    networkUnavailable: always
    ownerKinds: []
    tolerations: []
  overlays:
    enabled: false
  excludedNamespaces: []
  namespaceSelector: {}
  matchConditions: []
  timeoutSeconds: 2
  annotations: {}
  port: 8443
  metricsPort: 9090
  hostNetwork: false
  dnsPolicy: ""
  tls:
    minVersion: "1.3"
  clientAuthentication:
    certificates:
      configMap: ""
      key: ca.crt
      allowedNames: []
    tokens:
      enabled: false
      allowedSubjects: []
      audiences: []
      issuer: ""
  threads: 0
  maxConnections: 1000
  maxInFlight: 256
  drainDelaySeconds: 10
  drainTimeoutSeconds: 10
  logLevel: info
  logFormat: json
  extraArgs: []
  extraEnv: []
  resources:
    requests: {cpu: 50m, memory: 32Mi}
    limits: {memory: 192Mi}
  podDisruptionBudget:
    enabled: true
    maxUnavailable: 1
    minAvailable: null
  priorityClassName: system-cluster-critical
  spread: true
  nodeSelector: {kubernetes.io/os: linux}
  tolerations: []
  affinity: {}
  podSecurityContext: {runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532, fsGroup: 65532, seccompProfile: {type: RuntimeDefault}}
  securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
  podLabels: {}
  podAnnotations: {}
  serviceAccount:
    create: true
    name: ""
    annotations: {}
  service:
    port: 443
    annotations: {}
reconciler:
  mode: ""
  takeOver: false
  rollback: false
  statusConditions: true
  startupTaint: ""
  replicas: 2
  shards: 1
  leaderElection: true
  staticPod:
    enabled: false
    user: everynode-reconciler
  apiServer:
    from: auto
    address: ""
    port: 6443
  hostNetwork: auto
  controlPlaneOnly: auto
  metricsPort: 9091
  extraArgs: []
  extraEnv: []
  resources:
    requests: {cpu: 50m, memory: 64Mi}
    limits: {memory: 512Mi}
  podDisruptionBudget:
    enabled: true
    maxUnavailable: 1
    minAvailable: null
  priorityClassName: system-cluster-critical
  spread: true
  nodeSelector: {kubernetes.io/os: linux}
  tolerations: []
  affinity: {}
  podSecurityContext: {runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532, fsGroup: 65532, seccompProfile: {type: RuntimeDefault}}
  securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
  podLabels: {}
  podAnnotations: {}
  serviceAccount:
    create: true
    name: ""
    annotations: {}
dashboard:
  enabled: false
  tokenSecret: everynode-dashboard
  hosts: []
  from: []
  port: 8080
  resources:
    requests: {cpu: 20m, memory: 64Mi}
    limits: {memory: 256Mi}
  nodeSelector: {kubernetes.io/os: linux}
  tolerations: []
crds:
  enabled: auto
  keep: true
resourceQuota:
  enabled: auto
  pods: 20
networkPolicy:
  enabled: false
  metricsFrom: []
  apiServerTo: []
  apiServerPorts: [443, 6443]
metrics:
  serviceMonitor:
    enabled: false
    labels: {}
    interval: 30s
    relabelings: []
    metricRelabelings: []
  podMonitor:
    enabled: false
    labels: {}
    interval: 30s
    relabelings: []
    metricRelabelings: []
  prometheusRule:
    enabled: false
    labels: {}
    certificateDays: 7
    waitingHours: 24
    alertLabels: {}
  dashboard:
    enabled: false
    labels: {grafana_dashboard: "1"}
    annotations: {}
{{- end -}}
