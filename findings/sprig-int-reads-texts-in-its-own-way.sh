#!/usr/bin/env bash
# github.com/Masterminds/sprig/v3 v3.3.0, Helm's functions: `int` of the number 1.5 is 1, of the text "1.5" it is 0, of "1.0" it is 1 again. A
# leading zero makes a text octal ("010" is 8, "08" is 0), but not for `atoi`.
. "$(dirname "$0")/lib.bash"
go_program github.com/Masterminds/sprig/v3@v3.3.0 <<'GO'
package main

import (
	"os"
	"text/template"

	"github.com/Masterminds/sprig/v3"
)

func main() {
	text := `{{ int 1.5 }} {{ int "1.5" }} {{ int "1.0" }} {{ int "010" }} {{ int "08" }} {{ atoi "010" }}`
	if err := template.Must(template.New("").Funcs(sprig.TxtFuncMap()).Parse(text)).Execute(os.Stdout, nil); err != nil {
		panic(err)
	}
}
GO
expect 'int of 1.5, "1.5", "1.0", "010", "08"; atoi of "010"' '1 0 1 8 0 10' "$(./program)"
