#!/usr/bin/env bash
# github.com/Masterminds/sprig/v3 v3.3.0, Helm's functions: `duration`, which makes 1m35s of seconds, makes 0s of 95 as templates write a number, and
# of 95.0, which is what Helm reads from a values file; without an error. Only a text or an int64 counts.
. "$(dirname "$0")/lib.bash"
go_program github.com/Masterminds/sprig/v3@v3.3.0 <<'GO'
package main

import (
	"os"
	"text/template"

	"github.com/Masterminds/sprig/v3"
)

func main() {
	text := `{{ duration "95" }} {{ duration (int64 95) }} {{ duration 95 }} {{ duration .seconds }} {{ duration "95.5" }}`
	values := map[string]any{"seconds": 95.0}
	if err := template.Must(template.New("").Funcs(sprig.TxtFuncMap()).Parse(text)).Execute(os.Stdout, values); err != nil {
		panic(err)
	}
}
GO
expect '"95", int64 95, 95, 95.0 and "95.5" seconds' '1m35s 1m35s 0s 0s 0s' "$(./program)"
