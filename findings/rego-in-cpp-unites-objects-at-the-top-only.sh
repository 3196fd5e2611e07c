#!/usr/bin/env bash
# rego-cpp, as Python's regopy 1.5.2 brings it: object.union takes the second object's value for each name that both have, so what the first one has
# below it is lost. OPA's documentation has objects united on each level, and regorus, as Python's opa-eval 0.1.1 brings it, does so.
. "$(dirname "$0")/lib.bash"
python_with regopy==1.5.2 opa-eval==0.1.1
cat >ask.py <<'PY'
import json

import opa_eval
import regopy

EXPRESSION = 'object.union({"labels": {"app": "agent"}}, {"labels": {"team": "a"}})'
with open("policy.rego", "w") as policy:
    policy.write(f"package nodes\n\nanswer := {EXPRESSION}\n")
other = json.loads(opa_eval.OpaEval("policy.rego", query="data.nodes.answer").evaluate("{}"))
one = regopy.Interpreter().query(f"answer := {EXPRESSION}")
print(json.loads(str(one))["bindings"]["answer"], other)
PY
expect "by rego-cpp, by regorus" "{'labels': {'team': 'a'}} {'labels': {'app': 'agent', 'team': 'a'}}" "$(venv/bin/python ask.py)"
