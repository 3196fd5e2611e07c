#!/usr/bin/env bash
# sigs.k8s.io/yaml v1.6.0: keys that are two in YAML and one in JSON (8080 and "8080") are no duplicate, even for the strict
# reader, and which of the two values stays is another one from call to call.
. "$(dirname "$0")/lib.bash"
go_program sigs.k8s.io/yaml@v1.6.0 <<'GO'
package main

import (
	"fmt"

	"sigs.k8s.io/yaml"
)

func main() {
	seen := map[string]bool{}
	for range 10000 {
		json, err := yaml.YAMLToJSONStrict([]byte("8080: a\n\"8080\": b\n"))
		if err != nil {
			panic(err)
		}
		seen[string(json)] = true
	}
	fmt.Println(seen)
}
GO
expect "one text, read strictly 10,000 times" 'map[{"8080":"a"}:true {"8080":"b"}:true]' "$(./program)"
