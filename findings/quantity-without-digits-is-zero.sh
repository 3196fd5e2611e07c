#!/usr/bin/env bash
# k8s.io/apimachinery v0.37.2: a suffix, a sign or a point alone is a Quantity, zero. Only the empty text is refused.
. "$(dirname "$0")/lib.bash"
go_program k8s.io/apimachinery/pkg/api/resource@v0.37.2 <<'GO'
package main

import (
	"fmt"

	"k8s.io/apimachinery/pkg/api/resource"
)

func main() {
	for _, text := range []string{"m", "k", "e3", ".", "-", ""} {
		quantity, err := resource.ParseQuantity(text)
		fmt.Printf("%q: %d, refused: %t\n", text, quantity.Value(), err != nil)
	}
}
GO
expect "texts without a digit" '"m": 0, refused: false
"k": 0, refused: false
"e3": 0, refused: false
".": 0, refused: false
"-": 0, refused: false
"": 0, refused: true' "$(./program)"
