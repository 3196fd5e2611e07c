#!/usr/bin/env bash
# k8s.io/apimachinery v0.37.2: a Quantity promises its canonical form when it is written. 1000 becomes 1k and 0.5 becomes 500m, but
# 010, +1, 5. and 1e+3 go through as they were written, into JSON too, so equal objects differ when they are compared as text.
. "$(dirname "$0")/lib.bash"
go_program k8s.io/apimachinery/pkg/api/resource@v0.37.2 <<'GO'
package main

import (
	"encoding/json"
	"fmt"

	"k8s.io/apimachinery/pkg/api/resource"
)

func main() {
	for _, text := range []string{"1000", "0.5", "010", "+1", "5.", "1e+3"} {
		written, err := json.Marshal(resource.MustParse(text))
		fmt.Println(text, "->", string(written), err)
	}
}
GO
expect "quantities, read and written" '1000 -> "1k" <nil>
0.5 -> "500m" <nil>
010 -> "010" <nil>
+1 -> "+1" <nil>
5. -> "5." <nil>
1e+3 -> "1e+3" <nil>' "$(./program)"
