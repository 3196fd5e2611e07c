#!/usr/bin/env bash
# cuelang.org/go v0.17.1: 1 == 1.0 is true, but [1] == [1.0] is false, list.Contains does not find 1.0 in [1], and list.UniqueItems takes [1, 1.0].
# JSON Schema's uniqueItems, which CUE turns into the latter, has them equal.
. "$(dirname "$0")/lib.bash"
go_program cuelang.org/go/cue/cuecontext@v0.17.1 <<'GO'
package main

import (
	"fmt"

	"cuelang.org/go/cue/cuecontext"
	_ "cuelang.org/go/pkg"
)

func main() {
	for _, expression := range []string{"1 == 1.0", "[1] == [1.0]", "list.Contains([1], 1.0)", "list.UniqueItems([1, 1.0])"} {
		value, err := cuecontext.New().CompileString("import \"list\"\n_list: list.Sum([])\nx: " + expression).Fields()
		if err != nil {
			panic(err)
		}
		value.Next()
		fmt.Println(expression, value.Value())
	}
}
GO
expect "CUE" '1 == 1.0 true
[1] == [1.0] false
list.Contains([1], 1.0) false
list.UniqueItems([1, 1.0]) true' "$(./program)"
