#!/usr/bin/env bash
# Python's croniter 7.0.0: a job at 2:30 each day runs twice on the night in which Berlin's clocks go back, at 2:30 of summer time and of winter time.
# cronsim 2.8 runs it once. In spring, when there is no 2:30, both run it at 3:00.
. "$(dirname "$0")/lib.bash"
python_with croniter==7.0.0 cronsim==2.8 tzdata==2026.6
cat >ask.py <<'PY'
import datetime
import zoneinfo

import croniter
import cronsim

berlin = zoneinfo.ZoneInfo("Europe/Berlin")
for start in (datetime.datetime(2026, 10, 24, 12, tzinfo=berlin), datetime.datetime(2026, 3, 28, 12, tzinfo=berlin)):
    one, other = croniter.croniter("30 2 * * *", start), cronsim.CronSim("30 2 * * *", start)
    for name, times in (("croniter", [one.get_next(datetime.datetime) for _ in range(3)]), ("cronsim ", [next(other) for _ in range(3)])):
        print(name, *(time.strftime("%d %H:%M%z") for time in times))
PY
expect "autumn and spring" "croniter 25 02:30+0200 25 02:30+0100 26 02:30+0100
cronsim  25 02:30+0200 26 02:30+0100 27 02:30+0100
croniter 29 03:00+0200 30 02:30+0200 31 02:30+0200
cronsim  29 03:00+0200 30 02:30+0200 31 02:30+0200" "$(venv/bin/python ask.py)"
