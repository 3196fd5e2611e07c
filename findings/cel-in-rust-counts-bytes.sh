#!/usr/bin/env bash
# Rust's cel 0.14.5, as Python's common-expression-language 0.10.0 brings it: size() of a text counts bytes, where CEL means code points, and a
# duration as a text is "1h30m0s", where CEL has seconds. cel-python 0.5.0 does both as CEL says.
. "$(dirname "$0")/lib.bash"
python_with common-expression-language==0.10.0 cel-python==0.5.0
cat >ask.py <<'PY'
import cel
import celpy

other = celpy.Environment()
for text in 'size("Zürich")', 'size("Zürich") <= 6', 'string(duration("90m"))':
    print(text, "->", cel.evaluate(text, {}), other.program(other.compile(text)).evaluate({}))
PY
expect "in Rust, in Python" 'size("Zürich") -> 7 6
size("Zürich") <= 6 -> False True
string(duration("90m")) -> 1h30m0s 5400s' "$(venv/bin/python ask.py)"
