#!/usr/bin/env bash
# github.com/mikefarah/yq/v4 v4.54.3: 0644, a mode as manifests have them, is 644 when it writes JSON, and 645 when 1 is added. sigs.k8s.io/yaml v1.6.0,
# kubectl's reader, takes it for octal, 420, so a manifest in JSON sets other modes than the same one in YAML. 0o644 is 420 to both.
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
text=$'{octal: 0644, marked: 0o644}\n'
expect "0644 and 0o644 by yq" '{"octal":644,"marked":420}' "$(printf %s "$text" | ./program eval --output-format json --indent 0)"
expect "by kubectl's reader" '{"marked":420,"octal":420}' "$(printf %s "$text" | ./program kubectl)"
expect "0644 + 1 by yq" 645 "$(printf %s "$text" | ./program eval '.octal + 1')"
