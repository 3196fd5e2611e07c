#!/usr/bin/env bash
# github.com/Masterminds/sprig/v3 v3.3.0, Helm's functions: durationRound takes a unit only if there is more than one of it. An hour is 60m, a day is
# 24h, and a second is 0s; the sign of -2h is lost.
. "$(dirname "$0")/lib.bash"
go_program github.com/Masterminds/sprig/v3@v3.3.0 <<'GO'
package main

import (
	"fmt"
	"os"
	"text/template"

	"github.com/Masterminds/sprig/v3"
)

func main() {
	round := template.Must(template.New("").Funcs(sprig.TxtFuncMap()).Parse("{{ . }} -> {{ durationRound . }}"))
	for _, text := range []string{"24h", "24h1s", "1h", "1m", "1s", "1001ms", "-2h1s"} {
		if err := round.Execute(os.Stdout, text); err != nil {
			panic(err)
		}
		fmt.Println()
	}
}
GO
expect "durationRound" '24h -> 24h
24h1s -> 1d
1h -> 60m
1m -> 60s
1s -> 0s
1001ms -> 1s
-2h1s -> 2h' "$(./program)"
