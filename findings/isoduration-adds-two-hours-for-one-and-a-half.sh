#!/usr/bin/env bash
# Python's isoduration 20.11.0, with which jsonschema checks durations: it keeps fractions when it reads and writes, but added to a date each is rounded
# at its own place, not carried into the smaller ones: PT1.5H is two hours, PT0.4H nothing, PT1.5S two seconds. isodate 0.7.2 carries them.
. "$(dirname "$0")/lib.bash"
python_with isoduration==20.11.0 isodate==0.7.2
cat >ask.py <<'PY'
import datetime

import isodate
import isoduration

START = datetime.datetime(2026, 1, 1)
for text in "PT90M", "PT1.5H", "PT0.4H", "PT1.5S", "P0.5W":
    duration = isoduration.parse_duration(text)
    print(isoduration.format_duration(duration), START + duration - START, "|", START + isodate.parse_duration(text) - START)
PY
expect "how long, by isoduration, by isodate" 'PT90M 1:30:00 | 1:30:00
PT1.5H 2:00:00 | 1:30:00
PT0.4H 0:00:00 | 0:24:00
PT1.5S 0:00:02 | 0:00:01.500000
P0.5W 4 days, 0:00:00 | 3 days, 12:00:00' "$(venv/bin/python ask.py)"
