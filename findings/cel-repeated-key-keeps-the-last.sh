#!/usr/bin/env bash
# cel.dev/cel-go v0.33.2: a map literal that has a key twice keeps the last value. CEL's language definition calls it an error, and
# cel-python 0.5.0 makes it one.
. "$(dirname "$0")/lib.bash"
cel_in_go cel.dev/cel-go/cel@v0.33.2
python_with cel-python==0.5.0
expect "Go" '{"a": 1, "a": 2}["a"] -> 2' "$(./program '{"a": 1, "a": 2}["a"]')"
expect "Python" "Duplicate key" "$(venv/bin/python -c 'import celpy
environment = celpy.Environment()
try:
    print(environment.program(environment.compile("{\"a\": 1, \"a\": 2}")).evaluate({}))
except celpy.CELEvalError as error:
    print("Duplicate key" if "Duplicate key" in str(error) else error)')"
