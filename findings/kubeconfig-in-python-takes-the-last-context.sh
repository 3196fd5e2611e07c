#!/usr/bin/env bash
# Python's kubernetes 37.0.2: of several kubeconfig files the first that sets a thing wins, for clusters, contexts and users. For current-context the
# last file does, even with an empty text, which is an error then; kubectl takes the first one that is not empty.
. "$(dirname "$0")/lib.bash"
python_with kubernetes==37.0.2
for name in one two; do
  cat >"$name.yaml" <<YAML
current-context: $name
contexts: [{name: $name, context: {cluster: $name, user: $name}}]
clusters: [{name: $name, cluster: {server: "https://$name"}}]
users: [{name: $name, user: {token: t}}]
YAML
done
printf 'current-context: ""\ncontexts: []\nclusters: []\nusers: []\n' >empty.yaml
cat >ask.py <<'PY'
from kubernetes import client, config

for files in ("one.yaml:two.yaml", "one.yaml:empty.yaml"):
    try:
        contexts, active = config.list_kube_config_contexts(config_file=files)
        settings = client.Configuration()
        config.load_kube_config(config_file=files, client_configuration=settings)
        print(files, active["name"], settings.host)
    except config.ConfigException as error:
        print(files, error)
PY
expect "the current context and the server of its cluster" 'one.yaml:two.yaml two https://two
one.yaml:empty.yaml Invalid kube-config file. Expected object with name  in one.yaml/contexts list' "$(venv/bin/python ask.py)"
