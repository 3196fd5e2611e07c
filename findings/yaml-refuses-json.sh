#!/usr/bin/env bash
# sigs.k8s.io/yaml v1.6.0: "since JSON is a subset of YAML, passing JSON through this method should be a no-op", says the comment
# of YAMLToJSON. A key with its colon on the next line and the escape \/ are valid JSON, and refused.
. "$(dirname "$0")/lib.bash"
go_program sigs.k8s.io/yaml@v1.6.0 <<'GO'
package main

import (
	"encoding/json"
	"fmt"

	"sigs.k8s.io/yaml"
)

func main() {
	for _, text := range []string{"{\"a\"\n: 1}", `{"a": "\/"}`} {
		_, err := yaml.YAMLToJSON([]byte(text))
		fmt.Printf("JSON: %v, error: %v\n", json.Valid([]byte(text)), err)
	}
}
GO
expect "two texts of JSON" "JSON: true, error: yaml: line 1: did not find expected ',' or '}'
JSON: true, error: yaml: found unknown escape character" "$(./program)"
