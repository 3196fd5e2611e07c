#!/usr/bin/env bash
# jsonnet 0.22.0 (the package for Python): std.parseYaml reads past tags. What !!str makes a text is a number, and what !!binary marks is not
# decoded. PyYAML 6.0.3 obeys both.
. "$(dirname "$0")/lib.bash"
python_with jsonnet==0.22.0 PyYAML==6.0.3
cat >tags.yaml <<'YAML'
port: !!str 8080
key: !!binary aGk=
YAML
expect "in Jsonnet" '{"key":"aGk=","port":8080}' "$(venv/bin/python -c 'import _jsonnet, json
print(json.dumps(json.loads(_jsonnet.evaluate_snippet("x", "std.parseYaml(importstr \"tags.yaml\")")), separators=",:"))')"
expect "in PyYAML" "{'port': '8080', 'key': b'hi'}" "$(venv/bin/python -c 'import yaml; print(yaml.safe_load(open("tags.yaml")))')"
