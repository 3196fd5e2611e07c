#!/usr/bin/env bash
# Python's kopf 1.45.2: a patch is a merge patch, and an admission handler's patch goes out as a JSON Patch. In RFC 7396 a member {} makes an object
# where there is none, or replaces what is no object. Here both are lost: there is no operation for them. npm's json-merge-patch 1.0.2 does it.
. "$(dirname "$0")/lib.bash"
python_with kopf==1.45.2
npm_with json-merge-patch@1.0.2
cat >ask.py <<'PY'
import kopf

for changes in {"nodeSelector": {}}, {"strategy": {}}, {"nodeSelector": {"zone": "a"}}:
    patch = kopf.Patch(body={"spec": {"strategy": "none"}})
    patch["spec"] = changes
    print(patch.as_json_patch())
PY
cat >ask.mjs <<'JS'
import mergePatch from 'json-merge-patch';

console.log(JSON.stringify(mergePatch.apply({ spec: { strategy: 'none' } }, { spec: { nodeSelector: {}, strategy: {} } })));
JS
expect "operations for nodeSelector {}, for strategy {} in place of a text, and for a nodeSelector that is not empty" "[]
[]
[{'op': 'add', 'path': '/spec/nodeSelector', 'value': {'zone': 'a'}}]" "$(venv/bin/python ask.py)"
expect "both in JavaScript" '{"spec":{"strategy":{},"nodeSelector":{}}}' "$(node ask.mjs)"
