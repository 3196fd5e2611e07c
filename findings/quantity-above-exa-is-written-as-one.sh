#!/usr/bin/env bash
# k8s.io/apimachinery v0.37.2: what needs a larger suffix than E loses its size when it is written. 1000E becomes "1" in JSON, and so does 1 with 21
# zeros, without an error; its documentation says that such numbers are capped.
. "$(dirname "$0")/lib.bash"
go_program k8s.io/apimachinery/pkg/api/resource@v0.37.2 <<'GO'
package main

import (
	"encoding/json"
	"fmt"

	"k8s.io/apimachinery/pkg/api/resource"
)

func main() {
	for _, text := range []string{"1E", "1000E", "1000000000000000000000"} {
		quantity, err := resource.ParseQuantity(text)
		if err != nil {
			panic(err)
		}
		written, err := json.Marshal(quantity)
		fmt.Println(text, "->", string(written), err)
	}
}
GO
expect "quantities, read and written" '1E -> "1E" <nil>
1000E -> "1" <nil>
1000000000000000000000 -> "1" <nil>' "$(./program)"
