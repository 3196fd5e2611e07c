#!/usr/bin/env bash
# github.com/mikefarah/yq/v4 v4.54.3: a text such as yes, on or y, from JSON or from a variable by strenv(), is written without quotes; to
# sigs.k8s.io/yaml v1.6.0, kubectl's reader, it is a boolean. Numbers get quotes, also the octal ones of YAML 1.1.
. "$(dirname "$0")/lib.bash"
go_program github.com/mikefarah/yq/v4@v4.54.3 sigs.k8s.io/yaml@v1.6.0 <<'GO'
package main

import (
	"fmt"
	"io"
	"os"

	"github.com/mikefarah/yq/v4/cmd"
	"sigs.k8s.io/yaml"
)

func main() {
	if os.Args[1] != "kubectl" {
		if cmd.New().Execute() != nil {
			os.Exit(1)
		}
		return
	}
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		panic(err)
	}
	read, err := yaml.YAMLToJSON(text)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(read))
}
GO
written=$(NAME=on ./program eval --null-input '.from_variable = strenv(NAME)'
  echo '{"from_json": "yes", "octal": "010"}' | ./program eval --input-format json --prettyPrint)
expect "what yq writes" 'from_variable: on
from_json: yes
octal: "010"' "$written"
expect "what kubectl reads" '{"from_json":true,"from_variable":true,"octal":"010"}' "$(echo "$written" | ./program kubectl)"
