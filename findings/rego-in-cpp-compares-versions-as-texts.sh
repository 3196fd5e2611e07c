#!/usr/bin/env bash
# rego-cpp, as Python's regopy 1.5.2 brings it: semver.compare finds 1.10.0 older than 1.9.0, a pre-release newer than its release and builds unequal.
# regorus, as Python's opa-eval 0.1.1 brings it, compares as Semantic Versioning says.
. "$(dirname "$0")/lib.bash"
python_with regopy==1.5.2 opa-eval==0.1.1
cat >ask.py <<'PY'
import json

import opa_eval
import regopy

for pair in ("1.10.0", "1.9.0"), ("1.37.0-rc.1", "1.37.0"), ("1.37.0-rc.10", "1.37.0-rc.9"), ("1.37.0+a", "1.37.0+b"):
    expression = f"semver.compare({json.dumps(pair[0])}, {json.dumps(pair[1])})"
    with open("policy.rego", "w") as policy:
        policy.write(f"package nodes\n\nanswer := {expression}\n")
    other = json.loads(opa_eval.OpaEval("policy.rego", query="data.nodes.answer").evaluate("{}"))
    one = regopy.Interpreter().query(f"answer := {expression}")
    print(*pair, "->", json.loads(str(one))["bindings"]["answer"], other)
PY
expect "by rego-cpp, by regorus" '1.10.0 1.9.0 -> -1 1
1.37.0-rc.1 1.37.0 -> 1 -1
1.37.0-rc.10 1.37.0-rc.9 -> -1 1
1.37.0+a 1.37.0+b -> -1 0' "$(venv/bin/python ask.py)"
