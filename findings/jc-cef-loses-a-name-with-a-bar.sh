#!/usr/bin/env bash
# Python's jc 1.26.1: in the Common Event Format bars part the fields of the head, and one within a field has a backslash before it. Here an event
# whose name holds one has no name and no severity, and both stand in the key of its first field. One with a backslash, written as two, cannot be read
# at all.
. "$(dirname "$0")/lib.bash"
python_with jc==1.26.1
cat >events <<'TXT'
CEF:0|Example|agent|1.2|7|pod started|5|src=192.0.2.1
CEF:0|Example|agent|1.2|7|pod\|node|5|src=192.0.2.1
CEF:0|Example\\Nodes|agent|1.2|7|pod started|5|src=192.0.2.1
TXT
expect "events" "pod started 5 ['src']
 None ['pod__node_5_src']
None None []" "$(venv/bin/python -c 'import sys, jc
for event in jc.parse("cef", sys.stdin.read(), quiet=True):
    print(event.get("name"), event.get("agentSeverity"), [key for key in event if key.endswith("src")])' <events)"
