#!/usr/bin/env bash
# Python's python-hcl2 8.1.4: 1e3 is a number in HCL's grammar. It reads 1000 and 1.5 as numbers, but 1e3 as a text, as if it were an expression.
# github.com/hashicorp/hcl/v2 v2.25.0 reads the number 1000.
. "$(dirname "$0")/lib.bash"
go_program github.com/hashicorp/hcl/v2/hclsyntax@v2.25.0 <<'GO'
package main

import (
	"fmt"
	"os"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

func main() {
	expression, _ := hclsyntax.ParseExpression([]byte(os.Args[1]), "", hcl.InitialPos)
	value, _ := expression.Value(nil)
	fmt.Printf("%#v\n", value)
}
GO
python_with python-hcl2==8.1.4
expect "1000, 1.5 and 1e3 in Python" "{'a': 1000, 'b': 1.5, 'c': '\${1e3}'}" "$(venv/bin/python -c 'import hcl2
print(hcl2.loads("a = 1000\nb = 1.5\nc = 1e3\n"))')"
expect "1e3 in Go" 'cty.NumberIntVal(1000)' "$(./program 1e3)"
