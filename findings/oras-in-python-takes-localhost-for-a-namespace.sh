#!/usr/bin/env bash
# Python's oras 0.2.43: a first part of an image's name is a registry if it has a dot or a colon, or is localhost, says the reference of Docker and
# OCI. It does not know the last: localhost/agent is looked for in docker.io, as an image of "localhost". Python's docker 7.2.0 has the registry
# localhost.
. "$(dirname "$0")/lib.bash"
python_with oras==0.2.43 docker==7.2.0
cat >ask.py <<'PY'
import docker.auth
import oras.container

for name in "localhost:5000/agent", "localhost/agent":
    container = oras.container.Container(name)
    print(name, (container.registry, container.namespace, container.repository), docker.auth.resolve_repository_name(name))
PY
expect "names to oras and docker" "localhost:5000/agent ('localhost:5000', None, 'agent') ('localhost:5000', 'agent')
localhost/agent ('docker.io', 'localhost', 'agent') ('localhost', 'agent')" "$(venv/bin/python ask.py)"
