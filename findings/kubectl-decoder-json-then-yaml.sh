#!/usr/bin/env bash
# k8s.io/apimachinery v0.37.2: behind one JSON object a line `---` begins a YAML document; behind two it is an error.
. "$(dirname "$0")/lib.bash"
go_program k8s.io/apimachinery/pkg/util/yaml@v0.37.2 <<'GO'
package main

import (
	"fmt"
	"strings"

	decoder "k8s.io/apimachinery/pkg/util/yaml"
)

func main() {
	for _, text := range []string{"{\"a\":1}\n---\nc: 3\n", "{\"a\":1}\n{\"b\":2}\n---\nc: 3\n"} {
		stream := decoder.NewYAMLOrJSONDecoder(strings.NewReader(text), 4096)
		count := 0
		var err error
		for err == nil {
			var object map[string]any
			if err = stream.Decode(&object); err == nil {
				count++
			}
		}
		fmt.Printf("%d objects, then %v\n", count, err)
	}
}
GO
expect "one and two JSON objects before a YAML document" "2 objects, then EOF
2 objects, then invalid character '-' in numeric literal" "$(./program)"
