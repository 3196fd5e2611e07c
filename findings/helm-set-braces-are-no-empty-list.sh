#!/usr/bin/env bash
# helm.sh/helm/v3 v3.22.0: `--set a={1,2}` sets a list of two, `--set a={}` no empty list, but one with an empty text. [] is text,
# too; only --set-json has a spelling of it.
. "$(dirname "$0")/lib.bash"
go_program helm.sh/helm/v3/pkg/strvals@v3.22.0 <<'GO'
package main

import (
	"encoding/json"
	"fmt"

	"helm.sh/helm/v3/pkg/strvals"
)

func main() {
	for _, text := range []string{"a={1,2}", "a={}", "a=[]"} {
		values, err := strvals.Parse(text)
		if err != nil {
			panic(err)
		}
		written, err := json.Marshal(values)
		fmt.Println(text, "->", string(written), err)
	}
}
GO
expect "what --set sets" 'a={1,2} -> {"a":[1,2]} <nil>
a={} -> {"a":[""]} <nil>
a=[] -> {"a":"[]"} <nil>' "$(./program)"
