#!/usr/bin/env bash
# Python's jsonata-python 0.7.1: what % leaves over loses its fraction, so of 5.5 CPUs in pairs 1 is left over, and 0.75 % 0.5 is 0. npm's jsonata
# 2.2.2, from which the language comes, has 1.5 and 0.25. The quotient keeps its fraction in both.
. "$(dirname "$0")/lib.bash"
python_with jsonata-python==0.7.1
npm_with jsonata@2.2.2
cat >ask.mjs <<'JS'
import jsonata from 'jsonata';

for (const text of process.argv.slice(2)) console.log(text, await jsonata(text).evaluate({}));
JS
questions=('5.5 % 2' '0.75 % 0.5' '5.5 / 2')
expect "Python" '5.5 % 2 1
0.75 % 0.5 0
5.5 / 2 2.75' "$(venv/bin/python -c 'import sys, jsonata
for text in sys.argv[1:]:
    print(text, jsonata.Jsonata(text).evaluate({}))' "${questions[@]}")"
expect "JavaScript" '5.5 % 2 1.5
0.75 % 0.5 0.25
5.5 / 2 2.75' "$(node ask.mjs "${questions[@]}")"
