#!/usr/bin/env bash
# Python's kubernetes 37.0.2: a user of a kubeconfig file that has a token and a tokenFile gets the token. For Kubernetes' own clients the file takes
# precedence, which is renewed while the token stays what it was. A user with a tokenFile alone gets what it holds.
. "$(dirname "$0")/lib.bash"
python_with kubernetes==37.0.2
printf 'from-the-file' >token
cat >ask.py <<'PY'
from kubernetes import client, config

for user in ({"tokenFile": "token"}, {"tokenFile": "token", "token": "from-the-config"}):
    settings = client.Configuration()
    config.load_kube_config_from_dict(
        {
            "current-context": "x",
            "contexts": [{"name": "x", "context": {"cluster": "x", "user": "x"}}],
            "clusters": [{"name": "x", "cluster": {"server": "https://x"}}],
            "users": [{"name": "x", "user": user}],
        },
        client_configuration=settings,
    )
    print(sorted(user), settings.api_key)
PY
expect "tokens" "['tokenFile'] {'BearerToken': 'Bearer from-the-file'}
['token', 'tokenFile'] {'BearerToken': 'Bearer from-the-config'}" "$(venv/bin/python ask.py)"
