#!/usr/bin/env bash
# sigs.k8s.io/yaml v1.6.0: with YAMLToJSONStrict a key that overrides one from a merge key (`<<: *base`), which is what merge
# keys are for, counts as "already set". The lenient reader takes it.
. "$(dirname "$0")/lib.bash"
go_program sigs.k8s.io/yaml@v1.6.0 <<'GO'
package main

import (
	"fmt"
	"strings"

	"sigs.k8s.io/yaml"
)

func main() {
	text := []byte("base: &base {size: 1}\nlarge: {<<: *base, size: 2}\n")
	json, err := yaml.YAMLToJSON(text)
	fmt.Printf("lenient: %s, error: %v\n", json, err)
	_, err = yaml.YAMLToJSONStrict(text)
	fmt.Printf("strict: %s\n", strings.ReplaceAll(err.Error(), "\n ", ""))
}
GO
expect "an override behind a merge key" 'lenient: {"base":{"size":1},"large":{"size":2}}, error: <nil>
strict: yaml: unmarshal errors: line 2: key "size" already set in map' "$(./program)"
