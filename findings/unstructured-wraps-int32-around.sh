#!/usr/bin/env bash
# k8s.io/apimachinery v0.37.2: a number that an int32 field cannot hold is an error for the JSON decoder, and wraps around when the same object comes
# by way of unstructured data: 4294967297 replicas become 1. A fraction is refused there, too.
. "$(dirname "$0")/lib.bash"
go_program k8s.io/apimachinery/pkg/runtime@v0.37.2 <<'GO'
package main

import (
	"encoding/json"
	"fmt"

	"k8s.io/apimachinery/pkg/runtime"
)

type spec struct {
	Replicas int32 `json:"replicas"`
}

func main() {
	var typed spec
	err := json.Unmarshal([]byte(`{"replicas":4294967297}`), &typed)
	fmt.Println("JSON:", err != nil)
	for _, value := range []any{int64(4294967297), int64(2147483648), 1.5} {
		var typed spec
		err := runtime.DefaultUnstructuredConverter.FromUnstructured(map[string]any{"replicas": value}, &typed)
		fmt.Println(value, "->", typed.Replicas, err)
	}
}
GO
expect "an error from JSON; replicas from unstructured data" 'JSON: true
4294967297 -> 1 <nil>
2147483648 -> -2147483648 <nil>
1.5 -> 0 cannot convert float64 to int32' "$(./program)"
