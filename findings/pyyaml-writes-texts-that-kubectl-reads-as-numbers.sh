#!/usr/bin/env bash
# Python's PyYAML 6.0.4 writes the texts 12e3 (the start of a commit's hash), 08 and 0o17 without quotes, as they are no numbers to it. To
# sigs.k8s.io/yaml v1.6.0, kubectl's reader, they are 12000, 8 and 15, and y is true. 010 and yes get quotes.
. "$(dirname "$0")/lib.bash"
go_program sigs.k8s.io/yaml@v1.6.0 <<'GO'
package main

import (
	"fmt"
	"io"
	"os"

	"sigs.k8s.io/yaml"
)

func main() {
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		panic(err)
	}
	read, err := yaml.YAMLToJSON(text)
	fmt.Println(string(read), err)
}
GO
python_with PyYAML==6.0.4
written=$(venv/bin/python -c 'import yaml
print(yaml.safe_dump(["12e3", "08", "0o17", "y", "010", "yes"], default_flow_style=True))')
expect "what PyYAML writes" "[12e3, 08, 0o17, y, '010', 'yes']" "$written"
expect "what kubectl reads" '[12000,8,15,true,"010","yes"] <nil>' "$(echo "$written" | ./program)"
