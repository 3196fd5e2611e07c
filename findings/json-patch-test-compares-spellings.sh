#!/usr/bin/env bash
# gopkg.in/evanphx/json-patch.v4 v4.13.0, which Kubernetes' API server applies JSON patches with: `test` compares how a value is
# written. "\u00e9" is not "é" and 1.0 is not 1, although RFC 6902 compares strings by characters and numbers by value. v5.9.11
# decodes strings, but not numbers; Python's jsonpatch 1.33 does both.
. "$(dirname "$0")/lib.bash"
go_program gopkg.in/evanphx/json-patch.v4@v4.13.0 github.com/evanphx/json-patch/v5@v5.9.11 <<'GO'
package main

import (
	"fmt"

	v5 "github.com/evanphx/json-patch/v5"
	v4 "gopkg.in/evanphx/json-patch.v4"
)

func main() {
	for _, pair := range [][2]string{{`"\u00e9"`, `"é"`}, {"1.0", "1"}} {
		document := []byte(`{"a":` + pair[0] + `}`)
		patch := []byte(`[{"op":"test","path":"/a","value":` + pair[1] + `}]`)
		old, err := v4.DecodePatch(patch)
		if err != nil {
			panic(err)
		}
		recent, err := v5.DecodePatch(patch)
		if err != nil {
			panic(err)
		}
		_, refusedOld := old.Apply(document)
		_, refusedRecent := recent.Apply(document)
		fmt.Println(pair[0], "equals", pair[1], "in v4:", refusedOld == nil, "in v5:", refusedRecent == nil)
	}
}
GO
python_with jsonpatch==1.33
expect "Go" '"\u00e9" equals "é" in v4: false in v5: true
1.0 equals 1 in v4: false in v5: false' "$(./program)"
expect "Python" "{'a': 1.0}" "$(venv/bin/python -c 'import jsonpatch
print(jsonpatch.apply_patch({"a": 1.0}, [{"op": "test", "path": "/a", "value": 1}]))')"
