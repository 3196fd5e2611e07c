#!/usr/bin/env bash
# Python's durationpy 0.11, which the official Kubernetes client uses: to_str writes seconds and what is below them with six digits in all, so that
# microseconds are lost and what is almost an hour becomes "59m60s". A million hours are "1e+06h", which from_str refuses.
. "$(dirname "$0")/lib.bash"
python_with durationpy==0.11
cat >ask.py <<'PY'
import datetime

import durationpy

for duration in (datetime.timedelta(seconds=12, microseconds=345678), datetime.timedelta(hours=1, microseconds=-1), datetime.timedelta(hours=10**6)):
    text = durationpy.to_str(duration)
    try:
        back = durationpy.from_str(text)
    except durationpy.DurationError as error:
        back = error
    print(duration, "->", text, "->", back)
PY
expect "durations, as texts and read back" "0:00:12.345678 -> 12.3457s -> 0:00:12.345700
0:59:59.999999 -> 59m60s -> 1:00:00
41666 days, 16:00:00 -> 1e+06h -> Unknown unit e in duration 1e+06h" "$(venv/bin/python ask.py)"
