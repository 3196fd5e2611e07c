#!/usr/bin/env bash
# github.com/spf13/pflag v1.1.0: a StringToString flag that is set to one pair takes the quotes from its ends: the value of a=say "hi" becomes say
# "hi, without an error. It reads pairs as CSV only if there are two; then the same pair is refused.
. "$(dirname "$0")/lib.bash"
go_program github.com/spf13/pflag@v1.1.0 <<'GO'
package main

import (
	"fmt"

	"github.com/spf13/pflag"
)

func main() {
	for _, text := range []string{`a=say "hi"`, `a="x,y"`, `a=say "hi",b=1`} {
		flags := pflag.NewFlagSet("", pflag.ContinueOnError)
		pairs := flags.StringToString("pairs", nil, "")
		err := flags.Set("pairs", text)
		fmt.Println(text, "->", *pairs, err == nil)
	}
}
GO
expect "pairs" 'a=say "hi" -> map[a:say "hi] true
a="x,y" -> map[a:"x,y] true
a=say "hi",b=1 -> map[] false' "$(./program)"
