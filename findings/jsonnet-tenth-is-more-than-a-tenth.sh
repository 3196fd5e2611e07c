#!/usr/bin/env bash
# jsonnet 0.22.0 (the package for Python) writes each number with 17 digits, so 0.1 becomes 0.10000000000000001. That is the same number in
# floating point, but not for k8s.io/apimachinery v0.37.2: quantities are decimal and rounded up, so "cpu: 0.1" asks for a billionth more.
. "$(dirname "$0")/lib.bash"
python_with jsonnet==0.22.0
go_program k8s.io/apimachinery/pkg/api/resource@v0.37.2 <<'GO'
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"k8s.io/apimachinery/pkg/api/resource"
)

func main() {
	var limits map[string]resource.Quantity
	if err := json.NewDecoder(os.Stdin).Decode(&limits); err != nil {
		panic(err)
	}
	cpu := limits["cpu"]
	fmt.Println(cpu.String(), cpu.Cmp(resource.MustParse("100m")))
}
GO
venv/bin/python -c 'import _jsonnet; print(_jsonnet.evaluate_snippet("x", "{cpu: 0.1}"))' >limits.json
expect "written" '{"cpu":0.10000000000000001}' "$(tr -d ' \n' <limits.json)"
expect "read, and compared with 100m" "100000001n 1" "$(./program <limits.json)"
