#!/usr/bin/env bash
# rego-cpp, as Python's regopy 1.5.2 brings it: time.parse_rfc3339_ns of a time that ends with Z, as each time of a Kubernetes object does, is undefined,
# and so is what is asked about it. With +00:00 it is read. regorus, as Python's opa-eval 0.1.1 brings it, reads both.
. "$(dirname "$0")/lib.bash"
python_with regopy==1.5.2 opa-eval==0.1.1
cat >ask.py <<'PY'
import opa_eval
import regopy

for text in "2026-01-02T03:04:05Z", "2026-01-02T03:04:05+00:00":
    expression = f'time.parse_rfc3339_ns("{text}")'
    with open("policy.rego", "w") as policy:
        policy.write(f"package nodes\n\nanswer := {expression}\n")
    other = opa_eval.OpaEval("policy.rego", query="data.nodes.answer").evaluate("{}")
    one = str(regopy.Interpreter().query(f"answer := {expression}"))
    print(text, *["read" if "1767323045000000000" in answer else answer for answer in (one, other)])
PY
expect "by rego-cpp, by regorus" '2026-01-02T03:04:05Z undefined read
2026-01-02T03:04:05+00:00 read read' "$(venv/bin/python ask.py)"
