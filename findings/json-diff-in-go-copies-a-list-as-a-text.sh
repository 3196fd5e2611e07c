#!/usr/bin/env bash
# github.com/wI2L/jsondiff v0.7.1, which its README offers to admission webhooks: with Factorize() it finds what to copy by a hash that knows neither
# kinds nor bounds. A list of one text passes for that text, "" for [] and {}, null for false, so the patch makes another object than the one wanted.
. "$(dirname "$0")/lib.bash"
go_program github.com/wI2L/jsondiff@v0.7.1 github.com/evanphx/json-patch/v5@v5.9.11 <<'GO'
package main

import (
	"encoding/json"
	"fmt"
	"os"

	jsonpatch "github.com/evanphx/json-patch/v5"
	"github.com/wI2L/jsondiff"
)

func main() {
	before, after := []byte(os.Args[1]), []byte(os.Args[2])
	for _, options := range [][]jsondiff.Option{nil, {jsondiff.Factorize()}} {
		patch, err := jsondiff.CompareJSON(before, after, options...)
		if err != nil {
			panic(err)
		}
		text, err := json.Marshal(patch)
		if err != nil {
			panic(err)
		}
		operations, err := jsonpatch.DecodePatch(text)
		if err != nil {
			panic(err)
		}
		result, err := operations.Apply(before)
		fmt.Printf("%s -> %s %v\n", text, result, err)
	}
}
GO
expect "a name that is the command, without and with Factorize()" '[{"value":"sleep","op":"add","path":"/name"}] -> {"command":["sleep"],"name":"sleep"} <nil>
[{"op":"copy","from":"/command","path":"/name"}] -> {"command":["sleep"],"name":["sleep"]} <nil>' \
  "$(./program '{"command":["sleep"]}' '{"command":["sleep"],"name":"sleep"}')"
expect "an empty text beside an empty object" '[{"value":"","op":"add","path":"/subPath"}] -> {"emptyDir":{},"subPath":""} <nil>
[{"op":"copy","from":"/emptyDir","path":"/subPath"}] -> {"emptyDir":{},"subPath":{}} <nil>' \
  "$(./program '{"emptyDir":{}}' '{"emptyDir":{},"subPath":""}')"
