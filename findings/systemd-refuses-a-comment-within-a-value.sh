#!/usr/bin/env bash
# github.com/coreos/go-systemd/v22 v22.7.0: a unit file may have comments between the lines of one value, systemd.syntax(7) says and shows. Here the
# comment becomes the end of the value, and what follows an error.
. "$(dirname "$0")/lib.bash"
go_program github.com/coreos/go-systemd/v22/unit@v22.7.0 <<'GO'
package main

import (
	"fmt"
	"strings"

	"github.com/coreos/go-systemd/v22/unit"
)

func main() {
	options, err := unit.DeserializeOptions(strings.NewReader("[Service]\nExecStart=b \\\n# why\n  c\nUser=a\n"))
	for _, option := range options {
		fmt.Printf("%s=%q\n", option.Name, option.Value)
	}
	fmt.Println(err)
}
GO
expect "what is read" 'ExecStart="b \\\n# why"
unexpected newline encountered while parsing option name' "$(./program)"
