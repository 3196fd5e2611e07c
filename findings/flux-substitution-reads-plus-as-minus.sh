#!/usr/bin/env bash
# github.com/fluxcd/pkg/envsubst v1.5.0, which Flux has for variables in manifests as in Bash: ${zone:+text} gives the zone, not the text; the + is
# taken for a -. ${name:?text} without a name is no error, but the text.
. "$(dirname "$0")/lib.bash"
go_program github.com/fluxcd/pkg/envsubst@v1.5.0 <<'GO'
package main

import (
	"fmt"
	"os"

	"github.com/fluxcd/pkg/envsubst"
)

func main() {
	text, err := envsubst.Eval(os.Args[1], func(name string) (string, bool) { return os.LookupEnv(name) })
	fmt.Printf("%q %v\n", text, err)
}
GO
export zone=eu
unset name
expect '${zone:+in a zone}' '"eu" <nil>' "$(./program '${zone:+in a zone}')"
expect 'in Bash' 'in a zone' "$(bash -c 'echo "${zone:+in a zone}"')"
expect '${name:?needed}' '"needed" <nil>' "$(./program '${name:?needed}')"
expect 'in Bash' 'an error' "$(bash -c 'echo "${name:?needed}"' 2>/dev/null || echo an error)"
