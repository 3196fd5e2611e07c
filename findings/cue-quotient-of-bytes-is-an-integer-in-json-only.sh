#!/usr/bin/env bash
# cuelang.org/go v0.17.1: a quotient is a float in CUE, and 10 / 5 is 2.0 in JSON and YAML. 5Mi / 2 however is an integer in JSON, and 2621440. with a
# bare dot in YAML, which is a float: the same value has two types. We expected 2621440.0 in both.
. "$(dirname "$0")/lib.bash"
go_program cuelang.org/go/encoding/yaml@v0.17.1 cuelang.org/go/cue/cuecontext@v0.17.1 <<'GO'
package main

import (
	"fmt"

	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/encoding/yaml"
)

func main() {
	for _, expression := range []string{"10 / 5", "5Mi / 2"} {
		value := cuecontext.New().CompileString(expression)
		inJSON, err := value.MarshalJSON()
		inYAML, err2 := yaml.Encode(value)
		fmt.Printf("%s: %s %v, %q %v\n", expression, inJSON, err, inYAML, err2)
	}
}
GO
expect "in JSON and in YAML" '10 / 5: 2.0 <nil>, "2.0\n" <nil>
5Mi / 2: 2621440 <nil>, "2621440.\n" <nil>' "$(./program)"
