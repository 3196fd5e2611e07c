#!/usr/bin/env bash
# sigs.k8s.io/yaml v1.6.0: a number with a fraction that is a key becomes a text by way of 32 bits: 16777217.0 is "1.6777216e+07",
# 1000000.0 is "1e+06". As a value the same number keeps all its digits.
. "$(dirname "$0")/lib.bash"
go_program sigs.k8s.io/yaml@v1.6.0 <<'GO'
package main

import (
	"fmt"

	"sigs.k8s.io/yaml"
)

func main() {
	for _, text := range []string{"16777217.0: 16777217.0", "0.1234567890123: 0.1234567890123"} {
		json, err := yaml.YAMLToJSON([]byte(text))
		fmt.Printf("%s, error: %v\n", json, err)
	}
}
GO
expect "the same number as key and as value" '{"1.6777216e+07":16777217}, error: <nil>
{"0.12345679":0.1234567890123}, error: <nil>' "$(./program)"
