#!/usr/bin/env bash
# k8s.io/client-go v0.37.2: `{.metadata.labels.*}` prints the values of a JSON object in another order from call to call; kubectl's other output
# sorts by key. Of a text, `*` selects the bytes, as numbers; RFC 9535 selects nothing.
. "$(dirname "$0")/lib.bash"
go_program k8s.io/client-go/util/jsonpath@v0.37.2 <<'GO'
package main

import (
	"fmt"
	"strings"

	"k8s.io/client-go/util/jsonpath"
)

func evaluate(expression string, value any) string {
	path := jsonpath.New("")
	if err := path.Parse(expression); err != nil {
		panic(err)
	}
	var out strings.Builder
	if err := path.Execute(&out, value); err != nil {
		panic(err)
	}
	return out.String()
}

func main() {
	labels := map[string]any{"a": "1", "b": "2", "c": "3", "d": "4", "e": "5", "f": "6"}
	seen := map[string]bool{}
	for range 200 {
		seen[evaluate("{.labels.*}", map[string]any{"labels": labels})] = true
	}
	fmt.Println("one order:", len(seen) == 1)
	fmt.Println(evaluate("{.name.*}", map[string]any{"name": "hi"}))
}
GO
expect "the values of six labels, asked for 200 times; all parts of hi" 'one order: false
104 105' "$(./program)"
