#!/usr/bin/env bash
# cel-python 0.5.0 beside cel.dev/cel-go v0.33.2: string(true) is "True" and string(1e6) "1000000.0" (Go: "true", "1e+06"), NaN equals itself,
# duration("1d") is a day (Go: an error), and int("0x10") is 16 (Go: an error).
. "$(dirname "$0")/lib.bash"
cel_in_go cel.dev/cel-go/cel@v0.33.2
python_with cel-python==0.5.0
texts=('string(true)' 'string(1e6)' '0.0 / 0.0 == 0.0 / 0.0' 'string(duration("1d"))' 'int("0x10")')
expect "Go" 'string(true) -> true
string(1e6) -> 1e+06
0.0 / 0.0 == 0.0 / 0.0 -> false
string(duration("1d")) -> <nil>
int("0x10") -> <nil>' "$(./program "${texts[@]}")"
expect "Python" 'string(true) -> True
string(1e6) -> 1000000.0
0.0 / 0.0 == 0.0 / 0.0 -> True
string(duration("1d")) -> 86400s
int("0x10") -> 16' "$(venv/bin/python - "${texts[@]}" <<'PY'
import sys

import celpy

environment = celpy.Environment()
for text in sys.argv[1:]:
    print(text, "->", environment.program(environment.compile(text)).evaluate({}))
PY
)"
