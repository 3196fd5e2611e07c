#!/usr/bin/env bash
# npm's immutable-json-patch 6.0.3: a "move" from where nothing is removes what is at its target, and "replace" or "remove" of what is not there
# changes nothing. None of them is an error, where RFC 6902 wants the place to exist and the patch to fail. npm's json8-patch 1.0.6 fails, and changes
# nothing.
. "$(dirname "$0")/lib.bash"
npm_with immutable-json-patch@6.0.3 json8-patch@1.0.6
cat >ask.mjs <<'JS'
import { immutableJSONPatch } from 'immutable-json-patch';
import json8 from 'json8-patch';

const show = (apply) => {
  try {
    return JSON.stringify(apply());
  } catch (error) {
    return error.message;
  }
};
for (const operation of [
  { op: 'move', from: '/none', path: '/zone' },
  { op: 'replace', path: '/none', value: 1 },
]) {
  console.log(
    operation.op,
    show(() => immutableJSONPatch({ zone: 'a' }, [operation])),
    show(() => json8.apply({ zone: 'a' }, [operation]).doc),
  );
}
JS
expect "by immutable-json-patch, by json8-patch" 'move {} Location not found
replace {"zone":"a"} Location not found' "$(node ask.mjs)"
