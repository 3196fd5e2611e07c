#!/usr/bin/env bash
# github.com/Masterminds/sprig/v3 v3.3.0, Helm's functions: `date` of a time that is written as text, and of seconds as Helm reads them from a values
# file (a float64), is today, without an error. We expected 2001 twice, or a refusal.
. "$(dirname "$0")/lib.bash"
go_program github.com/Masterminds/sprig/v3@v3.3.0 <<'GO'
package main

import (
	"fmt"
	"strings"
	"text/template"
	"time"

	"github.com/Masterminds/sprig/v3"
)

func main() {
	date := template.Must(template.New("").Funcs(sprig.TxtFuncMap()).Parse(`{{ dateInZone "2006" . "UTC" }}`))
	for _, value := range []any{int64(1e9), 1e9, "2001-09-09T01:46:40Z"} {
		var out strings.Builder
		if err := date.Execute(&out, value); err != nil {
			panic(err)
		}
		year := out.String()
		if year == time.Now().UTC().Format("2006") {
			year = "this year"
		}
		fmt.Printf("%T: %s\n", value, year)
	}
}
GO
expect "the year of a time in 2001" 'int64: 2001
float64: this year
string: this year' "$(./program)"
