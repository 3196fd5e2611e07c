#!/usr/bin/env bash
# Python's aniso8601 10.0.1: 24:00 is the end of a day in ISO 8601, which is the beginning of the next one. It makes the beginning of the same day of
# it, so an interval of a day is empty. arrow 1.4.0, ciso8601 2.4.1 and python-dateutil 4.0.0 have the next day.
. "$(dirname "$0")/lib.bash"
python_with aniso8601==10.0.1 arrow==1.4.0 ciso8601==2.4.1 python-dateutil==4.0.0
cat >ask.py <<'PY'
import aniso8601
import arrow
import ciso8601
import dateutil.parser

text = "2026-01-01T24:00:00Z"
for time in aniso8601.parse_datetime(text), arrow.get(text), ciso8601.parse_datetime(text), dateutil.parser.isoparse(text):
    print(time.isoformat())
start, end = aniso8601.parse_interval("2026-01-01T00:00:00Z/" + text)
print(end - start)
PY
expect "2026-01-01T24:00:00Z, and a day up to it" "2026-01-01T00:00:00+00:00
2026-01-02T00:00:00+00:00
2026-01-02T00:00:00+00:00
2026-01-02T00:00:00+00:00
0:00:00" "$(venv/bin/python ask.py)"
