#!/usr/bin/env bash
# github.com/robfig/cron v3.0.1, which reads the schedules of CronJobs: 7 is no Sunday, neither alone nor as the end of a range, where crontab(5) has it.
# Python's cronsim 2.8 takes both.
. "$(dirname "$0")/lib.bash"
go_program github.com/robfig/cron/v3@v3.0.1 <<'GO'
package main

import (
	"fmt"

	"github.com/robfig/cron/v3"
)

func main() {
	for _, schedule := range []string{"0 0 * * 0", "0 0 * * 7", "0 0 * * 5-7"} {
		_, err := cron.ParseStandard(schedule)
		fmt.Println(schedule, err)
	}
}
GO
python_with cronsim==2.8
expect "in Go" '0 0 * * 0 <nil>
0 0 * * 7 end of range (7) above maximum (6): 7
0 0 * * 5-7 end of range (7) above maximum (6): 5-7' "$(./program)"
expect "in Python, from a Tuesday on" "2026-12-06 2026-12-04" "$(venv/bin/python -c 'import cronsim, datetime
print(*(next(cronsim.CronSim(f"0 0 * * {day}", datetime.datetime(2026, 12, 1))).date() for day in ("7", "5-7")))')"
