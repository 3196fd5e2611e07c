#!/usr/bin/env bash
# KCL (Python's kcl-lib 0.13.2) and regorus (Python's opa-eval 0.1.1), both written in Rust: `defaultMode: 0644`, as Kubernetes' documentation writes
# modes, is the text "0644" and neither 420, as kubectl and PyYAML 6.0.3 have it, nor 644, as YAML 1.2 does. Of a merge key (`<<`) they
# make a field of that name. What KCL itself writes as 0644 is 420.
. "$(dirname "$0")/lib.bash"
python_with kcl-lib==0.13.2 opa-eval==0.1.1 PyYAML==6.0.3
cat >ask.py <<'PY'
import json

import kcl_lib.api as kcl
import opa_eval
import yaml

TEXT = json.dumps("base: &base {defaultMode: 0644}\nvolume: {<<: *base, name: v}\n")
with open("main.k", "w") as program:
    program.write(f"import yaml\nread = yaml.decode({TEXT}).volume\nliteral = 0644\n")
print(kcl.API().exec_program(kcl.ExecProgramArgs(k_filename_list=["main.k"])).json_result)
with open("policy.rego", "w") as policy:
    policy.write(f"package nodes\n\nread := yaml.unmarshal({TEXT}).volume\n")
print(json.loads(opa_eval.OpaEval("policy.rego", query="data.nodes.read").evaluate("{}")))
print(yaml.safe_load(json.loads(TEXT))["volume"])
PY
expect "KCL, regorus, PyYAML" '{"read": {"<<": {"defaultMode": "0644"}, "name": "v"}, "literal": 420}
{'"'<<': {'defaultMode': '0644'}, 'name': 'v'}
{'defaultMode': 420, 'name': 'v'}" "$(venv/bin/python ask.py)"
