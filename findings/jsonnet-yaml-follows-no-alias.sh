#!/usr/bin/env bash
# jsonnet 0.22.0 (the package for Python): std.parseYaml follows no alias. It becomes a text with its asterisk, without an error, and a merge
# key a field named <<.
. "$(dirname "$0")/lib.bash"
python_with jsonnet==0.22.0
cat >alias.yaml <<'YAML'
base: &base {cpu: 1}
same: *base
more:
  <<: *base
YAML
expect "an alias, and a merge key" '{"base":{"cpu":1},"more":{"<<":"*base"},"same":"*base"}' "$(venv/bin/python -c 'import _jsonnet, json
print(json.dumps(json.loads(_jsonnet.evaluate_snippet("x", "std.parseYaml(importstr \"alias.yaml\")")), separators=",:"))')"
