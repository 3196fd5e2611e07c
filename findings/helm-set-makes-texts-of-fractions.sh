#!/usr/bin/env bash
# helm.sh/helm/v3 v3.22.0: `--set a=1` sets a number, `--set a=0.5` a text; so do 1e3 and -0.5. A schema that wants a number refuses what it takes
# from a values file. TRUE and Null, in any case, are no texts.
. "$(dirname "$0")/lib.bash"
go_program helm.sh/helm/v3/pkg/strvals@v3.22.0 <<'GO'
package main

import (
	"encoding/json"
	"fmt"

	"helm.sh/helm/v3/pkg/strvals"
)

func main() {
	for _, text := range []string{"a=1", "a=0.5", "a=1e3", "a=TRUE", "a=Null"} {
		values, err := strvals.Parse(text)
		if err != nil {
			panic(err)
		}
		written, err := json.Marshal(values)
		fmt.Println(text, "->", string(written), err)
	}
}
GO
expect "what --set sets" 'a=1 -> {"a":1} <nil>
a=0.5 -> {"a":"0.5"} <nil>
a=1e3 -> {"a":"1e3"} <nil>
a=TRUE -> {"a":true} <nil>
a=Null -> {"a":null} <nil>' "$(./program)"
