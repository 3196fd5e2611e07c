#!/usr/bin/env bash
# github.com/Masterminds/sprig/v3 v3.3.0, Helm's functions: `until` of a negative number is no empty list, as range(-1) is in Python: it counts down
# from 0. A loop over `until (sub $replicas 1)` runs once for two replicas, not for one, and once for none.
. "$(dirname "$0")/lib.bash"
go_program github.com/Masterminds/sprig/v3@v3.3.0 <<'GO'
package main

import (
	"os"
	"text/template"

	"github.com/Masterminds/sprig/v3"
)

func main() {
	text := "{{ range . }}{{ until (int (sub . 1)) }}{{ end }}"
	if err := template.Must(template.New("").Funcs(sprig.TxtFuncMap()).Parse(text)).Execute(os.Stdout, []int{2, 1, 0, -2}); err != nil {
		panic(err)
	}
}
GO
expect "until of 1, 0, -1 and -3" '[0][][0][0 -1 -2]' "$(./program)"
