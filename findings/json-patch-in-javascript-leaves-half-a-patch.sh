#!/usr/bin/env bash
# A patch whose second operation fails leaves the first one in the document: in npm's fast-json-patch 3.1.1, which throws, and in rfc6902 5.4.0,
# which returns the error and goes on with the third. RFC 6902 says of a failed patch that it
# counts as not applied.
. "$(dirname "$0")/lib.bash"
npm_with fast-json-patch@3.1.1 rfc6902@5.4.0
cat >patch.json <<'JSON'
[{"op": "add", "path": "/b", "value": 1}, {"op": "remove", "path": "/none"}, {"op": "add", "path": "/c", "value": 1}]
JSON
cat >ask.mjs <<'JS'
import { readFileSync } from 'node:fs';
import fast from 'fast-json-patch';
import { applyPatch } from 'rfc6902';

const patch = JSON.parse(readFileSync('patch.json', 'utf8'));
const one = { a: 1 };
try {
  fast.applyPatch(one, patch, true);
} catch (error) {
  console.log(error.name, JSON.stringify(one));
}
const other = { a: 1 };
console.log(applyPatch(other, patch).map((error) => error && error.name).join(), JSON.stringify(other));
JS
expect "fast-json-patch, then rfc6902" 'OPERATION_PATH_UNRESOLVABLE {"a":1,"b":1}
,MissingError, {"a":1,"b":1,"c":1}' "$(node ask.mjs)"
