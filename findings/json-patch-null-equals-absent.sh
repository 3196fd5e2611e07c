#!/usr/bin/env bash
# gopkg.in/evanphx/json-patch.v4 v4.13.0 and github.com/evanphx/json-patch/v5 v5.9.11: `test` for null succeeds where there is no such
# field. RFC 6902 wants the target to exist; Python's jsonpatch 1.33 fails.
. "$(dirname "$0")/lib.bash"
go_program gopkg.in/evanphx/json-patch.v4@v4.13.0 github.com/evanphx/json-patch/v5@v5.9.11 <<'GO'
package main

import (
	"fmt"

	v5 "github.com/evanphx/json-patch/v5"
	v4 "gopkg.in/evanphx/json-patch.v4"
)

func main() {
	patch := []byte(`[{"op":"test","path":"/a","value":null}]`)
	old, err := v4.DecodePatch(patch)
	if err != nil {
		panic(err)
	}
	fmt.Println(old.Apply([]byte(`{"b":1}`)))
	recent, err := v5.DecodePatch(patch)
	if err != nil {
		panic(err)
	}
	fmt.Println(recent.Apply([]byte(`{"b":1}`)))
}
GO
python_with jsonpatch==1.33
seen=$(printf '{"b":1}' | od -An -tu1 | xargs)
expect "Go, the bytes of {\"b\":1}" "[$seen] <nil>
[$seen] <nil>" "$(./program)"
expect "Python" "JsonPatchTestFailed" "$(venv/bin/python -c 'import jsonpatch
try:
    print(jsonpatch.apply_patch({"b": 1}, [{"op": "test", "path": "/a", "value": None}]))
except jsonpatch.JsonPatchException as error:
    print(type(error).__name__)')"
