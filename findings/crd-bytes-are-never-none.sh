#!/usr/bin/env bash
# k8s.io/kube-openapi/pkg/validation/strfmt d427ff9, by which CRDs and format.byte() of CEL check formats: no bytes are "" in base64, as Go's
# encoding/json writes them for a Secret's data, but the format "byte" refuses ""; that of "a" it takes.
. "$(dirname "$0")/lib.bash"
go_program k8s.io/kube-openapi/pkg/validation/strfmt@v0.0.0-20260721132016-d427ff9ee9ad <<'GO'
package main

import (
	"encoding/json"
	"fmt"

	"k8s.io/kube-openapi/pkg/validation/strfmt"
)

func main() {
	for _, data := range [][]byte{{}, []byte("a")} {
		text, err := json.Marshal(data)
		if err != nil {
			panic(err)
		}
		var read string
		if err := json.Unmarshal(text, &read); err != nil {
			panic(err)
		}
		fmt.Println(string(text), strfmt.Default.Validates("byte", read))
	}
}
GO
expect "no bytes and one byte in JSON, and whether they have the format byte" '"" false
"YQ==" true' "$(./program)"
