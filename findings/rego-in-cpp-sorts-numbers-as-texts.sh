#!/usr/bin/env bash
# rego-cpp, as Python's regopy 1.5.2 brings it: sort and max order numbers by how they are written, so 10 comes before 9 and the largest of both is 9,
# while < compares by value. regorus, as Python's opa-eval 0.1.1 brings it, sorts by value.
. "$(dirname "$0")/lib.bash"
python_with regopy==1.5.2 opa-eval==0.1.1
cat >ask.py <<'PY'
import json

import opa_eval
import regopy

for expression in "sort([10, 9, 1])", "max([10, 9])", "9 < 10":
    with open("policy.rego", "w") as policy:
        policy.write(f"package nodes\n\nanswer := {expression}\n")
    other = json.loads(opa_eval.OpaEval("policy.rego", query="data.nodes.answer").evaluate("{}"))
    one = regopy.Interpreter().query(f"answer := {expression}")
    print(expression, "->", json.loads(str(one))["bindings"]["answer"], other)
PY
expect "by rego-cpp, by regorus" 'sort([10, 9, 1]) -> [1, 10, 9] [1, 9, 10]
max([10, 9]) -> 9 10
9 < 10 -> True True' "$(venv/bin/python ask.py)"
