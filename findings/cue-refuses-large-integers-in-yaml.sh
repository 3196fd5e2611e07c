#!/usr/bin/env bash
# cuelang.org/go v0.17.1: CUE's numbers have any size, and 2^64 in JSON is one. In YAML the same digits are an error, as is 1 with the tag !!float;
# 2^64 - 1 is none.
. "$(dirname "$0")/lib.bash"
go_program cuelang.org/go/encoding/yaml@v0.17.1 cuelang.org/go/encoding/json@v0.17.1 cuelang.org/go/cue/cuecontext@v0.17.1 <<'GO'
package main

import (
	"fmt"

	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/encoding/json"
	"cuelang.org/go/encoding/yaml"
)

func main() {
	context := cuecontext.New()
	for _, number := range []string{"18446744073709551615", "18446744073709551616"} {
		inYAML, err := yaml.Extract("", []byte("bytes: "+number))
		if err != nil {
			panic(err)
		}
		inJSON, err := json.Extract("", []byte(`{"bytes": `+number+"}"))
		if err != nil {
			panic(err)
		}
		fmt.Println(context.BuildFile(inYAML).Err(), context.BuildExpr(inJSON).Err())
	}
}
GO
expect "2^64 - 1 and 2^64 in YAML and JSON" '<nil> <nil>
bytes: parse error: illegal number start "number & 18446744073709551616" <nil>' "$(./program)"
