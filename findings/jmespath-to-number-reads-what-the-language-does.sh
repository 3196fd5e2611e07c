#!/usr/bin/env bash
# JMESPath's to_number takes what is a number in JSON, and all else is null. Python's jmespath 1.1.0 also takes 1_000, inf and an Arabic digit, npm's
# jmespath 0.16.0 the empty text (0) and 0x10 (16), github.com/jmespath/go-jmespath v0.4.0 1_000 and inf.
. "$(dirname "$0")/lib.bash"
go_program github.com/jmespath/go-jmespath@v0.4.0 <<'GO'
package main

import (
	"fmt"
	"os"

	"github.com/jmespath/go-jmespath"
)

func main() {
	for _, text := range os.Args[1:] {
		number, err := jmespath.Search("to_number(@)", text)
		if err != nil {
			panic(err)
		}
		fmt.Printf("[%s] %v\n", text, number)
	}
}
GO
python_with jmespath==1.1.0
npm_with jmespath@0.16.0
cat >ask.mjs <<'JS'
import jmespath from 'jmespath';

for (const text of process.argv.slice(2)) console.log(`[${text}]`, jmespath.search(text, 'to_number(@)'));
JS
texts=(1e3 '' ' 1' 1_000 0x10 inf ٣)
expect "Python" '[1e3] 1000.0
[] None
[ 1] 1
[1_000] 1000
[0x10] None
[inf] inf
[٣] 3' "$(venv/bin/python -c 'import sys, jmespath
for text in sys.argv[1:]:
    print(f"[{text}]", jmespath.search("to_number(@)", text))' "${texts[@]}")"
expect "JavaScript" '[1e3] 1000
[] 0
[ 1] 1
[1_000] null
[0x10] 16
[inf] null
[٣] null' "$(node ask.mjs "${texts[@]}")"
expect "Go" '[1e3] 1000
[] <nil>
[ 1] <nil>
[1_000] 1000
[0x10] <nil>
[inf] +Inf
[٣] <nil>' "$(./program "${texts[@]}")"
