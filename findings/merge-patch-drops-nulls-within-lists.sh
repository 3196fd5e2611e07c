#!/usr/bin/env bash
# gopkg.in/evanphx/json-patch.v4 v4.13.0, which Kubernetes' API server applies merge patches with, and github.com/evanphx/json-patch/v5 v5.9.11: a
# list takes the old one's place, null fields of its objects are dropped. RFC 7396 takes a value that is no object as it is. So a patch that
# CreateMergePatch made does not make the document that it was made of.
. "$(dirname "$0")/lib.bash"
go_program gopkg.in/evanphx/json-patch.v4@v4.13.0 github.com/evanphx/json-patch/v5@v5.9.11 <<'GO'
package main

import (
	"fmt"

	v5 "github.com/evanphx/json-patch/v5"
	v4 "gopkg.in/evanphx/json-patch.v4"
)

func main() {
	before, after := []byte(`{"a":[{"b":1}]}`), []byte(`{"a":[null,{"b":1,"c":null}]}`)
	patch, err := v5.CreateMergePatch(before, after)
	if err != nil {
		panic(err)
	}
	first, err := v4.MergePatch(before, patch)
	if err != nil {
		panic(err)
	}
	second, err := v5.MergePatch(before, patch)
	if err != nil {
		panic(err)
	}
	fmt.Printf("%s\nv4 %s\nv5 %s\n", patch, first, second)
}
GO
expect "a patch, and what it makes" '{"a":[null,{"b":1,"c":null}]}
v4 {"a":[null,{"b":1}]}
v5 {"a":[null,{"b":1}]}' "$(./program)"
