#!/usr/bin/env bash
# Python's cbor2 6.3.0: what stands behind the tag that says "this is CBOR" (55799, with which all CBOR of a Kubernetes API server begins) is
# decoded into frozen maps and tuples, so it can neither be changed nor written as JSON. The same bytes without the tag are a dict with lists.
. "$(dirname "$0")/lib.bash"
python_with cbor2==6.3.0
cat >ask.py <<'PY'
import json

import cbor2

for prefix in ("", "d9d9f7"):
    value = cbor2.loads(bytes.fromhex(prefix + "a163617069" + "816276" + "31"))
    print(type(value).__name__, type(value["api"]).__name__, end=" ")
    try:
        print(json.dumps(value))
    except TypeError as error:
        print(error)
PY
expect "without and with the tag" 'dict list {"api": ["v1"]}
frozendict tuple Object of type frozendict is not JSON serializable' "$(venv/bin/python ask.py)"
