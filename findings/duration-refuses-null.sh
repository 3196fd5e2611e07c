#!/usr/bin/env bash
# k8s.io/apimachinery v0.37.2: null leaves a metav1.Time, a Quantity and an IntOrString as they are, as Go's decoders should do; a
# metav1.Duration takes null for the empty text, which is an error.
. "$(dirname "$0")/lib.bash"
go_program k8s.io/apimachinery/pkg/apis/meta/v1@v0.37.2 k8s.io/apimachinery/pkg/api/resource@v0.37.2 <<'GO'
package main

import (
	"encoding/json"
	"fmt"

	"k8s.io/apimachinery/pkg/api/resource"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func main() {
	for _, value := range []any{&meta.Time{}, &meta.MicroTime{}, &resource.Quantity{}, &meta.Duration{}} {
		fmt.Printf("%T: %v\n", value, json.Unmarshal([]byte("null"), value))
	}
}
GO
expect "null" '*v1.Time: <nil>
*v1.MicroTime: <nil>
*resource.Quantity: <nil>
*v1.Duration: time: invalid duration ""' "$(./program)"
