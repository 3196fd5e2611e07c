#!/usr/bin/env bash
# Python's json-merge-patch 0.3.0: create_patch sees no change from 1 to true, or from false to 0, since they are equal in Python; the patch is
# empty. Python's jsonpatch 1.33 makes a patch of both.
. "$(dirname "$0")/lib.bash"
python_with json-merge-patch==0.3.0 jsonpatch==1.33
cat >ask.py <<'PY'
import json_merge_patch
import jsonpatch

for before, after in ((1, True), (False, 0), (1, 2)):
    old, new = {"a": before}, {"a": after}
    print(before, after, json_merge_patch.create_patch(old, new), jsonpatch.make_patch(old, new))
PY
expect "patches by both" '1 True {} [{"op": "replace", "path": "/a", "value": true}]
False 0 {} [{"op": "replace", "path": "/a", "value": 0}]
1 2 {'"'a'"': 2} [{"op": "replace", "path": "/a", "value": 2}]' "$(venv/bin/python ask.py)"
