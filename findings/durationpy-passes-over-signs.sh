#!/usr/bin/env bash
# Python's durationpy 0.11, which reads Go's durations: what stands between two of their parts is passed over. "1h-30m" is an hour and a half, and so
# is "1h or 30m". Go's time.ParseDuration refuses both.
. "$(dirname "$0")/lib.bash"
python_with durationpy==0.11
cat >ask.py <<'PY'
import durationpy

for text in "-1h30m", "1h-30m", "1h or 30m":
    print(text, "->", durationpy.from_str(text).total_seconds())
PY
expect "seconds" "-1h30m -> -5400.0
1h-30m -> 5400.0
1h or 30m -> 5400.0" "$(venv/bin/python ask.py)"
