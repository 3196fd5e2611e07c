#!/usr/bin/env bash
# k8s.io/client-go v0.37.2: its jsonpath compares numbers only of one Go type. What encoding/json decodes is float64, a whole number in the
# expression is an integer, and comparing the two is an error; 3.0 in the expression works. It prints a million as 1e+06.
. "$(dirname "$0")/lib.bash"
go_program k8s.io/client-go/util/jsonpath@v0.37.2 <<'GO'
package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"k8s.io/client-go/util/jsonpath"
)

func main() {
	var data any
	if err := json.Unmarshal([]byte(`{"items":[{"name":"a","restarts":1000000}]}`), &data); err != nil {
		panic(err)
	}
	for _, text := range []string{`{.items[?(@.restarts>3)].name}`, `{.items[?(@.restarts>3.0)].name}`, `{.items[0].restarts}`} {
		var out strings.Builder
		path := jsonpath.New("path")
		if err := path.Parse(text); err != nil {
			panic(err)
		}
		err := path.Execute(&out, data)
		fmt.Println(text, out.String(), err)
	}
}
GO
expect "paths" '{.items[?(@.restarts>3)].name}  incompatible types for comparison
{.items[?(@.restarts>3.0)].name} a <nil>
{.items[0].restarts} 1e+06 <nil>' "$(./program)"
