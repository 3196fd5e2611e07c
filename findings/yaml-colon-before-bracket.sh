#!/usr/bin/env bash
# `[docker.io:, x]`: three readers, three answers. PyYAML 6.0.3 in Python makes a mapping of it, PyYAML on libyaml refuses it,
# sigs.k8s.io/yaml v1.6.0, whose scanner was translated from libyaml, keeps the colon in the text.
. "$(dirname "$0")/lib.bash"
python_with pyyaml==6.0.3
go_program sigs.k8s.io/yaml@v1.6.0 <<'GO'
package main

import (
	"fmt"

	"sigs.k8s.io/yaml"
)

func main() {
	json, err := yaml.YAMLToJSON([]byte("[a:, b]"))
	fmt.Printf("%s, error: %v\n", json, err)
}
GO
expect "PyYAML in Python" "[{'a': None}, 'b']" "$(venv/bin/python -c 'import yaml; print(yaml.safe_load("[a:, b]"))')"
expect "PyYAML on libyaml" "found unexpected ':'" "$(venv/bin/python -c 'import yaml
try: yaml.load("[a:, b]", Loader=yaml.CSafeLoader)
except yaml.YAMLError as error: print(error.problem)')"
expect "sigs.k8s.io/yaml" '["a:","b"], error: <nil>' "$(./program)"
