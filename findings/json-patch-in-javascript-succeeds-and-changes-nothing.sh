#!/usr/bin/env bash
# npm's rfc6902 5.4.0: "replace" at an index of a list that is spelled as 1e0 returns no error, and the JSON of the document is as it was: the
# list got a property of that name. "remove" and "add" there return MissingError, and fast-json-patch 3.1.1 refuses "replace" too.
. "$(dirname "$0")/lib.bash"
npm_with rfc6902@5.4.0 fast-json-patch@3.1.1
cat >ask.mjs <<'JS'
import fast from 'fast-json-patch';
import { applyPatch } from 'rfc6902';

for (const op of ['replace', 'remove', 'add']) {
  const document = { a: [1, 2] };
  const [error] = applyPatch(document, [{ op, path: '/a/1e0', value: 9 }]);
  console.log(op, JSON.stringify(document), error?.name, document.a['1e0']);
}
try {
  fast.applyPatch({ a: [1, 2] }, [{ op: 'replace', path: '/a/1e0', value: 9 }], true);
} catch (error) {
  console.log(error.name);
}
JS
expect "an index with an exponent" 'replace {"a":[1,2]} undefined 9
remove {"a":[1,2]} MissingError undefined
add {"a":[1,2]} MissingError undefined
OPERATION_PATH_UNRESOLVABLE' "$(node ask.mjs)"
