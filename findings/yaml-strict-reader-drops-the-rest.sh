#!/usr/bin/env bash
# sigs.k8s.io/yaml v1.6.0: a text whose first line is indented ends, for it, at the first line that is not. YAMLToJSONStrict,
# which refuses even a key that stands twice, returns what came before and no error. We expected "did not find expected
# <document start>", which libyaml says to the same text when it is asked to go on.
. "$(dirname "$0")/lib.bash"
go_program sigs.k8s.io/yaml@v1.6.0 <<'GO'
package main

import (
	"fmt"

	"sigs.k8s.io/yaml"
)

func main() {
	json, err := yaml.YAMLToJSONStrict([]byte("  paused: false\nreplicas: 3\n"))
	fmt.Printf("%s, error: %v\n", json, err)
}
GO
expect "two lines, the second one indented less, read strictly" '{"paused":false}, error: <nil>' "$(./program)"
