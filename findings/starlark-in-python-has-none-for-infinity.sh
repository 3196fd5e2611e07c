#!/usr/bin/env bash
# Python's starlark-pyo3 2026.1.3, which is Starlark in Rust: infinity is a float in Starlark, and in Python; on the way it becomes None, without an
# error, also within a list. We expected float("inf"), as 1.5 comes as a float.
. "$(dirname "$0")/lib.bash"
python_with starlark-pyo3==2026.1.3
cat >ask.py <<'PY'
import starlark

for expression in 'float("inf")', '[1.5, float("inf")]', 'str(float("inf"))':
    print(starlark.eval(starlark.Module(), starlark.parse("a.star", expression), starlark.Globals.standard()))
PY
expect "infinity, 1.5 and infinity in a list, and infinity as a text" 'None
[1.5, None]
+inf' "$(venv/bin/python ask.py)"
