#!/usr/bin/env bash
# k8s.io/kube-openapi v0.0.0-20260721132016-d427ff9ee9ad, whose strfmt checks the formats of a CRD: `hostname` takes a+b, YQ== and $home, but no
# underscore and no final dot. `ipv4` takes ::ffff:10.0.0.1, as `ipv6` does.
. "$(dirname "$0")/lib.bash"
go_program k8s.io/kube-openapi/pkg/validation/strfmt@v0.0.0-20260721132016-d427ff9ee9ad <<'GO'
package main

import (
	"fmt"

	"k8s.io/kube-openapi/pkg/validation/strfmt"
)

func main() {
	for _, text := range []string{"node-1.example.com", "node-1.example.com.", "a+b", "YQ==", "$home", "a_b"} {
		fmt.Println("hostname", text, strfmt.Default.Validates("hostname", text))
	}
	const mapped = "::ffff:10.0.0.1"
	fmt.Println(mapped, strfmt.Default.Validates("ipv4", mapped), strfmt.Default.Validates("ipv6", mapped))
}
GO
expect "whether the formats take them" 'hostname node-1.example.com true
hostname node-1.example.com. false
hostname a+b true
hostname YQ== true
hostname $home true
hostname a_b false
::ffff:10.0.0.1 true true' "$(./program)"
