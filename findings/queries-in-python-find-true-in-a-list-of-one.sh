#!/usr/bin/env bash
# Queries in Python: jsonata-python 0.7.1 finds true in [1], and its $distinct takes 1 and true for the same; npm's jsonata 2.2.2 does neither.
# python-jsonpath 2.2.2 tells 1 from true in a filter, but no longer within a list: [1] == [true], which RFC 9535 does not have.
. "$(dirname "$0")/lib.bash"
python_with jsonata-python==0.7.1 python-jsonpath==2.2.2
npm_with jsonata@2.2.2
cat >ask.py <<'PY'
import json
import sys

import jsonata
import jsonpath

for text in sys.argv[1:]:
    print(text, json.dumps(jsonata.Jsonata(text).evaluate({})))
for text in "$[?@.x == true]", "$[?@.x == [true]]":
    print(text, json.dumps(jsonpath.findall(text, [{"x": 1}, {"x": True}, {"x": [1]}, {"x": [True]}])))
PY
cat >ask.mjs <<'JS'
import jsonata from 'jsonata';

for (const text of process.argv.slice(2)) console.log(text, JSON.stringify(await jsonata(text).evaluate({})));
JS
questions=('1 = true' 'true in [1]' '$distinct([1, true])')
expect "Python" '1 = true false
true in [1] true
$distinct([1, true]) 1
$[?@.x == true] [{"x": true}]
$[?@.x == [true]] [{"x": [1]}, {"x": [true]}]' "$(venv/bin/python ask.py "${questions[@]}")"
expect "JavaScript" '1 = true false
true in [1] false
$distinct([1, true]) [1,true]' "$(node ask.mjs "${questions[@]}")"
