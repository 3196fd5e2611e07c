#!/usr/bin/env bash
# gopkg.in/evanphx/json-patch.v4 v4.13.0: `replace` of the whole document (path "") works, `add` of it is an error, although RFC 6902 names
# just this case. v5.9.11 does both.
. "$(dirname "$0")/lib.bash"
go_program gopkg.in/evanphx/json-patch.v4@v4.13.0 github.com/evanphx/json-patch/v5@v5.9.11 <<'GO'
package main

import (
	"fmt"

	v5 "github.com/evanphx/json-patch/v5"
	v4 "gopkg.in/evanphx/json-patch.v4"
)

func main() {
	for _, operation := range []string{"replace", "add"} {
		patch := []byte(`[{"op":"` + operation + `","path":"","value":{"b":2}}]`)
		old, err := v4.DecodePatch(patch)
		if err != nil {
			panic(err)
		}
		recent, err := v5.DecodePatch(patch)
		if err != nil {
			panic(err)
		}
		first, refusal := old.Apply([]byte(`{"a":1}`))
		second, _ := recent.Apply([]byte(`{"a":1}`))
		fmt.Printf("%s: v4 %s %v, v5 %s\n", operation, first, refusal, second)
	}
}
GO
expect "the whole document" 'replace: v4 {"b":2} <nil>, v5 {"b":2}
add: v4  add operation does not apply: doc is missing path: "": missing value, v5 {"b":2}' "$(./program)"
