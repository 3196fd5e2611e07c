#!/usr/bin/env bash
# github.com/google/shlex e7afc7f and github.com/mattn/go-shellwords v1.0.16: a backslash between double quotes goes before any character. POSIX keeps
# it there, unless $, `, ", \ or a line end follows, as Bash does. A backslash at the end of a line joins no lines, but gives the line end.
. "$(dirname "$0")/lib.bash"
go_program github.com/google/shlex@v0.0.0-20191202100458-e7afc7fbc510 github.com/mattn/go-shellwords@v1.0.16 <<'GO'
package main

import (
	"fmt"
	"os"

	"github.com/google/shlex"
	"github.com/mattn/go-shellwords"
)

func main() {
	for _, split := range []func(string) ([]string, error){shlex.Split, shellwords.Parse} {
		words, err := split(os.Args[1])
		fmt.Printf("%q %v\n", words, err)
	}
}
GO
expect "grep \"\\d\\.\" in Go" '["grep" "d."] <nil>
["grep" "d."] <nil>' "$(./program 'grep "\d\."')"
expect "in Bash" 'grep,\d\.,' "$(bash -c 'printf "%s," grep "\d\."')"
line=$'a\\\nb'
expect "a and b on two lines, joined by a backslash, in Go" '["a\nb"] <nil>
["a\nb"] <nil>' "$(./program "$line")"
expect "in Bash" 'ab,' "$(bash -c "printf '%s,' $line")"
