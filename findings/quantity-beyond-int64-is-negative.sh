#!/usr/bin/env bash
# k8s.io/apimachinery v0.37.2: a Quantity above 2^63-1 is capped, its documentation says. With a suffix it is (16Ei); as a plain
# number it is kept and printed whole, and Value() is negative. MilliValue() of 1E is 0.
. "$(dirname "$0")/lib.bash"
go_program k8s.io/apimachinery/pkg/api/resource@v0.37.2 <<'GO'
package main

import (
	"fmt"

	"k8s.io/apimachinery/pkg/api/resource"
)

func main() {
	for _, text := range []string{"16Ei", "9223372036854775808"} {
		quantity := resource.MustParse(text)
		fmt.Println(text, "is", quantity.String(), "with the value", quantity.Value())
	}
	large := resource.MustParse("1E")
	fmt.Println("1E in thousandths:", large.MilliValue())
}
GO
expect "quantities" "16Ei is 9223372036854775807 with the value 9223372036854775807
9223372036854775808 is 9223372036854775808 with the value -9223372036854775808
1E in thousandths: 0" "$(./program)"
