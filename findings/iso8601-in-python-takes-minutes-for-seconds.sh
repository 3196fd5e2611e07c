#!/usr/bin/env bash
# Python's iso8601 2.1.0: ISO 8601 lets the last part of a time have a fraction. Of 12:30.5, which is half a minute past 12:30, it makes half a second
# past 30 seconds past 12:00. aniso8601 10.0.1 and python-dateutil 4.0.0 read 12:30:30.
. "$(dirname "$0")/lib.bash"
python_with iso8601==2.1.0 aniso8601==10.0.1 python-dateutil==4.0.0
cat >ask.py <<'PY'
import aniso8601
import dateutil.parser
import iso8601

for read in iso8601.parse_date, aniso8601.parse_datetime, dateutil.parser.parse:
    print(read.__module__.split(".")[0], read("2026-01-01T12:30.5Z").time())
PY
expect "2026-01-01T12:30.5Z" "iso8601 12:00:30.500000
aniso8601 12:30:30
dateutil 12:30:30" "$(venv/bin/python ask.py)"
