#!/usr/bin/env bash
# github.com/mattn/go-shellwords v1.0.16: words end at the first |, ;, & or < without quotes, and what follows is lost without an error. We expected an
# error or words with these characters in them, as github.com/google/shlex e7afc7f and Python's shlex have.
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
	for _, split := range []func(string) ([]string, error){shellwords.Parse, shlex.Split} {
		words, err := split(os.Args[1])
		fmt.Printf("%q %v\n", words, err)
	}
}
GO
for sign in '|' ';' '&' '<'; do
  line="watch --node=a${sign}b --port=80"
  expect "$line" "[\"watch\" \"--node=a\"] <nil>
[\"watch\" \"--node=a${sign}b\" \"--port=80\"] <nil>" "$(./program "$line")"
done
expect "in Python" "['watch', '--node=a<b', '--port=80']" "$(python3 -c 'import shlex, sys; print(shlex.split(sys.argv[1]))' "$line")"
