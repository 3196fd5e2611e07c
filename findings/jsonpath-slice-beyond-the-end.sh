#!/usr/bin/env bash
# k8s.io/client-go v0.37.2: a slice in a jsonpath that goes beyond the list's end is an error, where RFC 9535 and Python give what there is. [0:2] of
# a pod with one container prints none; [5:5], which asks for nothing, is fine.
. "$(dirname "$0")/lib.bash"
go_program k8s.io/client-go/util/jsonpath@v0.37.2 <<'GO'
package main

import (
	"fmt"
	"strings"

	"k8s.io/client-go/util/jsonpath"
)

func main() {
	for _, expression := range []string{"{.a[0:1]}", "{.a[0:2]}", "{.a[1:]}", "{.a[-2:]}", "{.a[5:5]}"} {
		path := jsonpath.New("")
		if err := path.Parse(expression); err != nil {
			panic(err)
		}
		var out strings.Builder
		err := path.Execute(&out, map[string]any{"a": []any{"x"}})
		fmt.Printf("%s %q %v\n", expression, out.String(), err)
	}
}
GO
expect "slices of a list of one" '{.a[0:1]} "x" <nil>
{.a[0:2]} "" array index out of bounds: index 1, length 1
{.a[1:]} "" <nil>
{.a[-2:]} "" array index out of bounds: index -1, length 1
{.a[5:5]} "" <nil>' "$(./program)"
