#!/usr/bin/env bash
# Python's isodate 0.7.2: a year less a day, which it can hold and add to a date, is written as -P1Y1D, and read back as minus a year and minus a
# day.
. "$(dirname "$0")/lib.bash"
python_with isodate==0.7.2
cat >ask.py <<'PY'
import datetime

import isodate

duration = isodate.Duration(years=1) - datetime.timedelta(days=1)
text = isodate.duration_isoformat(duration)
for each in duration, isodate.parse_duration(text):
    print(text, datetime.date(2026, 3, 15) + each)
PY
expect "2026-03-15 and that duration, before it is written and after it is read" "-P1Y1D 2027-03-14
-P1Y1D 2025-03-14" "$(venv/bin/python ask.py)"
