#!/usr/bin/env bash
# github.com/prometheus/common v0.74.0: the escaping of metric names has a prefix U__, so that one can undo it. A name that has the prefix itself is not
# escaped, but unescaped all the same: U__a_2e_b comes back as a.b. We expected any name to come back as it was, as with the dots escaping.
. "$(dirname "$0")/lib.bash"
go_program github.com/prometheus/common/model@v0.74.0 <<'GO'
package main

import (
	"fmt"

	"github.com/prometheus/common/model"
)

func main() {
	name := "U__a_2e_b"
	for _, scheme := range []model.EscapingScheme{model.ValueEncodingEscaping, model.DotsEscaping} {
		escaped := model.EscapeName(name, scheme)
		fmt.Println(scheme, escaped, model.UnescapeName(escaped, scheme))
	}
}
GO
expect "U__a_2e_b escaped, and unescaped" 'values U__a_2e_b a.b
dots U____a__2e__b U__a_2e_b' "$(./program)"
