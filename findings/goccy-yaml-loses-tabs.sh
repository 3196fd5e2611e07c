#!/usr/bin/env bash
# github.com/goccy/go-yaml v1.19.2: a tab within a text without quotes is lost when it is read, without an error, also of what the library itself has
# written. It writes the text ".inf" without quotes, too, and reads it as a number. sigs.k8s.io/yaml v1.6.0, kubectl's reader, keeps the tab.
. "$(dirname "$0")/lib.bash"
go_program github.com/goccy/go-yaml@v1.19.2 sigs.k8s.io/yaml@v1.6.0 <<'GO'
package main

import (
	"fmt"

	goccy "github.com/goccy/go-yaml"
	"sigs.k8s.io/yaml"
)

func main() {
	for _, text := range []string{"one\ttwo", ".inf"} {
		written, err := goccy.Marshal(map[string]string{"text": text})
		if err != nil {
			panic(err)
		}
		var back, other map[string]any
		if err := goccy.Unmarshal(written, &back); err != nil {
			panic(err)
		}
		fmt.Printf("%q is read as %#v\n", written, back["text"])
		if yaml.Unmarshal(written, &other) == nil {
			fmt.Printf("  by sigs.k8s.io/yaml as %#v\n", other["text"])
		}
	}
}
GO
expect "texts that goccy/go-yaml writes" '"text: one\ttwo\n" is read as "onetwo"
  by sigs.k8s.io/yaml as "one\ttwo"
"text: .inf\n" is read as +Inf' "$(./program)"
