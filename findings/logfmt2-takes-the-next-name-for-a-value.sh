#!/usr/bin/env bash
# npm's @jclem/logfmt2 2.4.3: a name without a value, which logfmt has for what is true, takes the next name for its value, so that this pair's value
# becomes a name, and so on. github.com/go-logfmt/logfmt v0.6.1 reads a name without a value, and the pairs behind it.
. "$(dirname "$0")/lib.bash"
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
			fmt.Printf("%s=%q ", decoder.Key(), decoder.Value())
		}
	}
}
GO
npm_with @jclem/logfmt2@2.4.3
line='ready node=n1 pods=12'
expect "Go" 'ready="" node="n1" pods="12" ' "$(./program <<<"$line")"
expect "JavaScript" '{"ready":"node","n1":"pods"}' "$(node -e 'console.log(JSON.stringify(require("@jclem/logfmt2").decode(process.argv[1])))' "$line")"
