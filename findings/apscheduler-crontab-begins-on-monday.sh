#!/usr/bin/env bash
# Python's APScheduler 3.11.3: CronTrigger.from_crontab() takes a line of a crontab, but 1 is Tuesday in it, 1-5 is Tuesday to Saturday, and 7 is
# refused. Where day of month and day of week are given, both have to match, so the 13th or each Friday is Friday the 13th. croniter 7.0.0 does it as
# cron does.
. "$(dirname "$0")/lib.bash"
python_with APScheduler==3.11.3 croniter==7.0.0
cat >ask.py <<'PY'
import datetime

import croniter
from apscheduler.triggers.cron import CronTrigger

start = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.timezone.utc)
for text in "0 0 * * 1", "0 0 * * 1-5", "0 0 * * 7", "0 0 13 * fri":
    other = croniter.croniter(text, start).get_next(datetime.datetime)
    try:
        one = CronTrigger.from_crontab(text, timezone=datetime.timezone.utc).get_next_fire_time(None, start)
        print(text, one.strftime("%a %d %b"), other.strftime("%a %d %b"))
    except ValueError as error:
        print(text, error, other.strftime("%a %d %b"))
PY
expect "the first day, by APScheduler, by croniter" "0 0 * * 1 Tue 03 Mar Mon 02 Mar
0 0 * * 1-5 Tue 03 Mar Mon 02 Mar
0 0 * * 7 Error validating expression '7': the last value (7) is higher than the maximum value (6) Sun 08 Mar
0 0 13 * fri Fri 13 Mar Fri 06 Mar" "$(venv/bin/python ask.py)"
