#!/usr/bin/env bash
# github.com/coreos/go-systemd/v22 v22.7.0: a comment in a unit file that ends with a backslash goes on in the next line, which is lost. systemd
# drops comments before it joins lines. A setting's own backslash and line end stay in its value, where systemd has a space.
. "$(dirname "$0")/lib.bash"
go_program github.com/coreos/go-systemd/v22/unit@v22.7.0 <<'GO'
package main

import (
	"fmt"
	"strings"

	"github.com/coreos/go-systemd/v22/unit"
)

func main() {
	options, err := unit.DeserializeOptions(strings.NewReader("[Service]\n# in C:\\\nUser=a\nExecStart=b \\\n  c\n"))
	for _, option := range options {
		fmt.Printf("%s=%q\n", option.Name, option.Value)
	}
	fmt.Println(err)
}
GO
expect "User and ExecStart of a service" 'ExecStart="b \\\n  c"
<nil>' "$(./program)"
