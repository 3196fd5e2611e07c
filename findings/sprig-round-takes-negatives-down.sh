#!/usr/bin/env bash
# github.com/Masterminds/sprig/v3 v3.3.0, Helm's functions: `round` of a negative number always goes down, as `floor` does. -2.2 becomes -3, and -0.1
# becomes -1; we expected -2 and 0.
. "$(dirname "$0")/lib.bash"
go_program github.com/Masterminds/sprig/v3@v3.3.0 <<'GO'
package main

import (
	"os"
	"text/template"

	"github.com/Masterminds/sprig/v3"
)

func main() {
	text := "{{ round 2.2 0 }} {{ round 2.7 0 }} {{ round -2.2 0 }} {{ round -2.7 0 }} {{ round -0.1 0 }} {{ round -1.001 2 }}"
	if err := template.Must(template.New("").Funcs(sprig.TxtFuncMap()).Parse(text)).Execute(os.Stdout, nil); err != nil {
		panic(err)
	}
}
GO
expect "2.2, 2.7, -2.2, -2.7 and -0.1 rounded to whole numbers, -1.001 to two places" '2 3 -3 -3 -1 -1.01' "$(./program)"
