#!/usr/bin/env bash
# k8s.io/apimachinery v0.37.2: the decoder that kubectl reads streams with cuts the text at lines `---` and drops these lines.
# A document that begins with `%YAML 1.1` loses the line that ends its directives, and is refused; sigs.k8s.io/yaml itself reads it.
. "$(dirname "$0")/lib.bash"
go_program k8s.io/apimachinery/pkg/util/yaml@v0.37.2 sigs.k8s.io/yaml@v1.6.0 <<'GO'
package main

import (
	"fmt"
	"strings"

	decoder "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

const text = "%YAML 1.1\n---\nkind: Pod\n"

func main() {
	json, err := yaml.YAMLToJSON([]byte(text))
	fmt.Printf("YAMLToJSON: %s, error: %v\n", json, err)
	var object map[string]any
	err = decoder.NewYAMLOrJSONDecoder(strings.NewReader(text), 4096).Decode(&object)
	fmt.Printf("NewYAMLOrJSONDecoder: %v\n", err)
}
GO
expect "a document with a directive" 'YAMLToJSON: {"kind":"Pod"}, error: <nil>
NewYAMLOrJSONDecoder: error converting YAML to JSON: yaml: line 1: did not find expected <document start>' "$(./program)"
