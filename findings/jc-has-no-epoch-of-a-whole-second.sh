#!/usr/bin/env bash
# Python's jc 1.26.1: its parser of syslog (RFC 5424) adds the time as seconds since 1970. It does so only for times with a fraction: a time on a
# whole second, written as 00:00:00Z, has null there, and sorts before all others or breaks what adds to it.
. "$(dirname "$0")/lib.bash"
python_with jc==1.26.1
cat >log <<'TXT'
<34>1 2026-01-01T00:00:00Z node1 agent - - - started
<34>1 2026-01-01T00:00:00.5Z node1 agent - - - ready
TXT
expect "seconds since 1970" "2026-01-01T00:00:00Z None
2026-01-01T00:00:00.5Z 1767225600" "$(venv/bin/python -c 'import sys, jc
for line in jc.parse("syslog", sys.stdin.read()):
    print(line["timestamp"], line["timestamp_epoch_utc"])' <log)"
