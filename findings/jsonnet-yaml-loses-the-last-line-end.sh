#!/usr/bin/env bash
# github.com/google/go-jsonnet v0.22.0 and Python's rjsonnet 0.5.6: std.manifestYamlDoc writes a text that ends with a line end
# as a block with `|`, which holds one line end at most, so of two one is lost. If the text's first line is indented, the block is no YAML at all, as
# it does not say how far it is indented itself. std.parseYaml, beside it, shows both.
. "$(dirname "$0")/lib.bash"
go_program github.com/google/go-jsonnet@v0.22.0 <<'GO'
package main

import (
	"fmt"
	"os"

	"github.com/google/go-jsonnet"
)

func main() {
	for _, text := range os.Args[1:] {
		out, err := jsonnet.MakeVM().EvaluateAnonymousSnippet("finding", text)
		if err != nil {
			fmt.Println("an error")
		} else {
			fmt.Print(out)
		}
	}
}
GO
python_with rjsonnet==0.5.6
cat >ask.py <<'PY'
import sys

import rjsonnet

for text in sys.argv[1:]:
    try:
        print(rjsonnet.evaluate_snippet("finding", text).rstrip())
    except RuntimeError:
        print("an error")
PY
read_back='(function(text) std.toString(std.parseYaml(std.manifestYamlDoc({a: text, b: 1}))))'
texts=("$read_back('x\n')" "$read_back('x\n\n')" "$read_back('  x\ny')" "$read_back('  x\ny\n')")
seen='"{\"a\": \"x\\n\", \"b\": 1}"
"{\"a\": \"x\\n\", \"b\": 1}"
"{\"a\": \"  x\\ny\", \"b\": 1}"
an error'
expect "one line end, two, and an indented text without and with one, in Go" "$seen" "$(./program "${texts[@]}")"
expect "the same in Python" "$seen" "$(venv/bin/python ask.py "${texts[@]}")"
