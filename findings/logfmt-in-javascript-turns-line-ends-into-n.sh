#!/usr/bin/env bash
# npm's logfmt 1.4.0: \n in a quoted value, which Go's log/slog writes for a line end, becomes the letter n, without an error, and \t becomes t; only
# \" is undone. A quoted "true" is no text. github.com/go-logfmt/logfmt v0.6.1 reads all of them as texts.
. "$(dirname "$0")/lib.bash"
npm_with logfmt@1.4.0
go_program github.com/go-logfmt/logfmt@v0.6.1 <<'GO'
package main

import (
	"fmt"
	"os"

	"github.com/go-logfmt/logfmt"
)

func main() {
	decoder := logfmt.NewDecoder(os.Stdin)
	for decoder.ScanRecord() {
		for decoder.ScanKeyval() {
			fmt.Printf("%s %q\n", decoder.Key(), decoder.Value())
		}
	}
	fmt.Println(decoder.Err())
}
GO
cat >ask.mjs <<'JS'
import logfmt from 'logfmt';

for (const line of [String.raw`msg="one\ntwo"`, String.raw`msg="a\tb"`, String.raw`msg="a\"b"`, 'answer="true"']) {
  console.log(line, JSON.stringify(logfmt.parse(line)));
}
JS
expect "JavaScript" 'msg="one\ntwo" {"msg":"onentwo"}
msg="a\tb" {"msg":"atb"}
msg="a\"b" {"msg":"a\"b"}
answer="true" {"answer":true}' "$(node ask.mjs)"
expect "Go, of the first and the last" 'msg "one\ntwo"
answer "true"
<nil>' "$(printf '%s\n' 'msg="one\ntwo"' 'answer="true"' | ./program)"
