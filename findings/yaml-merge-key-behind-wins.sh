#!/usr/bin/env bash
# sigs.k8s.io/yaml v1.6.0: explicit keys win over merged ones only if they stand behind the merge key. One that stands before
# `<<` is overridden, without an error; PyYAML 6.0.3 lets it win in either place, as YAML's own text on merge keys says.
. "$(dirname "$0")/lib.bash"
go_program sigs.k8s.io/yaml@v1.6.0 <<'GO'
package main

import (
	"fmt"

	"sigs.k8s.io/yaml"
)

func main() {
	json, err := yaml.YAMLToJSON([]byte("base: &base {size: 1}\nlarge:\n  size: 2\n  <<: *base\n"))
	fmt.Printf("%s, error: %v\n", json, err)
}
GO
python_with pyyaml==6.0.3
expect "sigs.k8s.io/yaml" '{"base":{"size":1},"large":{"size":1}}, error: <nil>' "$(./program)"
expect "PyYAML" "{'base': {'size': 1}, 'large': {'size': 2}}" \
  "$(venv/bin/python -c 'import yaml; print(yaml.safe_load("base: &base {size: 1}\nlarge:\n  size: 2\n  <<: *base\n"))')"
