#!/usr/bin/env bash
# KCL (Python's kcl-lib 0.13.2): find and len count a text's bytes, a slice counts its characters. So what starts at the place that find returns is
# something else as soon as a letter in front of it is none of ASCII.
. "$(dirname "$0")/lib.bash"
python_with kcl-lib==0.13.2
cat >main.k <<'KCL'
text = "zone=Zürich,rack=7"
length = len("Zürich")
comma = text.find(",")
behind = text[text.find(",") + 1:]
KCL
cat >ask.py <<'PY'
import kcl_lib.api as kcl

print(kcl.API().exec_program(kcl.ExecProgramArgs(k_filename_list=["main.k"])).json_result)
PY
expect "what stands behind the comma, which is the twelfth character" \
  '{"text": "zone=Zürich,rack=7", "length": 7, "comma": 12, "behind": "ack=7"}' "$(venv/bin/python ask.py)"
