#!/usr/bin/env bash
# Python's APScheduler 3.11.3: from_crontab counts the days of the week from Monday = 0, so the crontab of Mondays runs on Tuesdays, and that of
# Sundays on Mondays. By name ("mon") it is right, and a day of the month and one of the week must both be met, where crontab(5) wants either.
. "$(dirname "$0")/lib.bash"
python_with APScheduler==3.11.3
cat >ask.py <<'PY'
import datetime

from apscheduler.triggers.cron import CronTrigger

now = datetime.datetime(2026, 12, 2, tzinfo=datetime.timezone.utc)
for days in ("* * 1", "* * mon", "* * 0", "1 * mon"):
    print(f"{days}: {CronTrigger.from_crontab('0 0 ' + days, 'UTC').get_next_fire_time(None, now):%A %Y-%m-%d}")
PY
expect "from a Wednesday on" '* * 1: Tuesday 2026-12-08
* * mon: Monday 2026-12-07
* * 0: Monday 2026-12-07
1 * mon: Monday 2027-02-01' "$(venv/bin/python ask.py)"
