#!/usr/bin/env bash
# github.com/containernetworking/cni v1.3.1: a value in CNI_ARGS can hold no equals sign, as base64 ends with, and a semicolon at the end is an empty
# pair: both are errors, whatever IgnoreUnknown says. A name that is given twice is no error: the second one counts.
. "$(dirname "$0")/lib.bash"
go_program github.com/containernetworking/cni/pkg/types@v1.3.1 <<'GO'
package main

import (
	"fmt"

	"github.com/containernetworking/cni/pkg/types"
)

type arguments struct {
	types.CommonArgs
	KEY types.UnmarshallableString
}

func main() {
	for _, text := range []string{"KEY=aGk", "KEY=aGk=", "KEY=aGk;", "KEY=a;KEY=b", "IgnoreUnknown=1;OTHER=aGk="} {
		var read arguments
		err := types.LoadArgs(text, &read)
		fmt.Println(text, "->", read.KEY, err)
	}
}
GO
expect "arguments" 'KEY=aGk -> aGk <nil>
KEY=aGk= ->  ARGS: invalid pair "KEY=aGk="
KEY=aGk; -> aGk ARGS: invalid pair ""
KEY=a;KEY=b -> b <nil>
IgnoreUnknown=1;OTHER=aGk= ->  ARGS: invalid pair "OTHER=aGk="' "$(./program)"
