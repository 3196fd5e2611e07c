#!/usr/bin/env bash
# github.com/evanphx/json-patch/v5 v5.9.11: a JSON Pointer's empty part means the member "", RFC 6901 says and shows. At the end of a path it is found,
# but nothing within it is: /a//0 is missing. Python's jsonpatch 1.48 finds it.
. "$(dirname "$0")/lib.bash"
go_program github.com/evanphx/json-patch/v5@v5.9.11 <<'GO'
package main

import (
	"fmt"
	"os"

	jsonpatch "github.com/evanphx/json-patch/v5"
)

func main() {
	patch, err := jsonpatch.DecodePatch([]byte(os.Args[2]))
	if err != nil {
		panic(err)
	}
	changed, err := patch.Apply([]byte(os.Args[1]))
	fmt.Println(string(changed), err)
}
GO
python_with jsonpatch==1.48
document='{"a":{"":{"b":1}}}'
expect "/a/ replaced, in Go" '{"a":{"":2}} <nil>' "$(./program "$document" '[{"op":"replace","path":"/a/","value":2}]')"
patch='[{"op":"replace","path":"/a//b","value":2}]'
expect "/a//b replaced, in Go" ' replace operation does not apply: doc is missing path: /a//b: missing value' "$(./program "$document" "$patch")"
expect "in Python" '{"a": {"": {"b": 2}}}' "$(venv/bin/python -c 'import json, jsonpatch, sys
print(json.dumps(jsonpatch.apply_patch(json.loads(sys.argv[1]), sys.argv[2])))' "$document" "$patch")"
