#!/usr/bin/env bash
# jsonnet 0.22.0 (the package for Python): std.parseYaml gives the document itself, but a list of one if a line --- stands before it, as it
# does in what kubectl and helm print. So three hyphens decide whether a field can be read.
. "$(dirname "$0")/lib.bash"
python_with jsonnet==0.22.0
printf 'a: 1\n' >plain.yaml
printf -- '---\na: 1\n' >marked.yaml
expect "without and with the marker" '{"a":1} [{"a":1}]' "$(venv/bin/python -c 'import _jsonnet, json
for name in ("plain", "marked"):
    print(json.dumps(json.loads(_jsonnet.evaluate_snippet("x", f"std.parseYaml(importstr \"{name}.yaml\")")), separators=",:"), end=" ")' | sed 's/ $//')"
