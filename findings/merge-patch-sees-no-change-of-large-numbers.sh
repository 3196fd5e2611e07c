#!/usr/bin/env bash
# gopkg.in/evanphx/json-patch.v4 v4.13.0: the merge patch from one number to the next one above 2^53 is empty, although its MergePatch keeps each
# digit. github.com/evanphx/json-patch/v5 v5.9.11 sees the change, and sees one from 1 to 1.0, too.
. "$(dirname "$0")/lib.bash"
go_program gopkg.in/evanphx/json-patch.v4@v4.13.0 github.com/evanphx/json-patch/v5@v5.9.11 <<'GO'
package main

import (
	"fmt"

	v5 "github.com/evanphx/json-patch/v5"
	v4 "gopkg.in/evanphx/json-patch.v4"
)

func main() {
	for _, change := range [][2]string{{"9007199254740992", "9007199254740993"}, {"1", "1.0"}} {
		before, after := []byte(`{"a":`+change[0]+`}`), []byte(`{"a":`+change[1]+`}`)
		old, err := v4.CreateMergePatch(before, after)
		if err != nil {
			panic(err)
		}
		recent, err := v5.CreateMergePatch(before, after)
		if err != nil {
			panic(err)
		}
		fmt.Printf("%s to %s: v4 %s, v5 %s\n", change[0], change[1], old, recent)
	}
	kept, err := v4.MergePatch([]byte(`{"a":9007199254740993}`), []byte(`{"b":9007199254740993}`))
	fmt.Println(string(kept), err)
}
GO
expect "patches, and a document patched" '9007199254740992 to 9007199254740993: v4 {}, v5 {"a":9007199254740993}
1 to 1.0: v4 {}, v5 {"a":1.0}
{"a":9007199254740993,"b":9007199254740993} <nil>' "$(./program)"
