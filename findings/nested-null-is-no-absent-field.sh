#!/usr/bin/env bash
# k8s.io/apimachinery v0.37.2: NestedString and NestedMap of package unstructured call a field that is absent "not found", and one that is null, as
# patches and templates leave them, an error. NestedFieldNoCopy finds it.
. "$(dirname "$0")/lib.bash"
go_program k8s.io/apimachinery/pkg/apis/meta/v1/unstructured@v0.37.2 <<'GO'
package main

import (
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func main() {
	spec := map[string]any{"nodeName": nil}
	for _, name := range []string{"other", "nodeName"} {
		_, found, err := unstructured.NestedString(spec, name)
		fmt.Println(name, found, err)
	}
	_, found, err := unstructured.NestedFieldNoCopy(spec, "nodeName")
	fmt.Println(found, err)
}
GO
expect "absent, null, null as it is" 'other false <nil>
nodeName false .nodeName accessor error: <nil> is of the type <nil>, expected string
true <nil>' "$(./program)"
