#!/usr/bin/env bash
# Python's arrow 1.4.0: what has more than six digits behind the dot, as each line of a container's log has, is rounded, not cut off: the last moment
# of a year is in the next one, and the log's day is another one than its text says. pendulum 3.3.0, ciso8601 2.4.1 and python-dateutil 4.0.0 cut it
# off.
. "$(dirname "$0")/lib.bash"
python_with arrow==1.4.0 pendulum==3.3.0 ciso8601==2.4.1 python-dateutil==4.0.0
cat >ask.py <<'PY'
import arrow
import ciso8601
import dateutil.parser
import pendulum

for read in arrow.get, pendulum.parse, ciso8601.parse_datetime, dateutil.parser.isoparse:
    print(read("2026-12-31T23:59:59.999999999Z").isoformat())
PY
expect "2026-12-31T23:59:59.999999999Z" "2027-01-01T00:00:00+00:00
2026-12-31T23:59:59.999999+00:00
2026-12-31T23:59:59.999999+00:00
2026-12-31T23:59:59.999999+00:00" "$(venv/bin/python ask.py)"
