#!/usr/bin/env bash
# cel.dev/cel-go v0.33.2: a map literal that has a key twice keeps the last value. CEL's language definition calls it an error, and
# cel-python 0.5.0 makes it one.
. "$(dirname "$0")/lib.bash"
go_program cel.dev/cel-go/cel@v0.33.2 <<'GO'
package main

import (
	"fmt"

	"cel.dev/cel-go/cel"
)

func main() {
	environment, err := cel.NewEnv()
	if err != nil {
		panic(err)
	}
	ast, issues := environment.Compile(`{"a": 1, "a": 2}["a"]`)
	if issues.Err() != nil {
		panic(issues.Err())
	}
	program, err := environment.Program(ast)
	if err != nil {
		panic(err)
	}
	value, _, err := program.Eval(map[string]any{})
	fmt.Println(value, err)
}
GO
python_with cel-python==0.5.0
expect "Go" "2 <nil>" "$(./program)"
expect "Python" "Duplicate key" "$(venv/bin/python -c 'import celpy
environment = celpy.Environment()
try:
    print(environment.program(environment.compile("{\"a\": 1, \"a\": 2}")).evaluate({}))
except celpy.CELEvalError as error:
    print("Duplicate key" if "Duplicate key" in str(error) else error)')"
