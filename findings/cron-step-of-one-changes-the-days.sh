#!/usr/bin/env bash
# github.com/robfig/cron/v3 v3.0.1 and croniter 6.0.0: both let a time match by day of month OR day of week if both are given. For `*/1` in the day of
# month, Go's library takes it for `*` (Mondays only), Python's for a list of all days (every day). For `*/2` they agree.
. "$(dirname "$0")/lib.bash"
go_program github.com/robfig/cron/v3@v3.0.1 <<'GO'
package main

import (
	"fmt"
	"time"

	"github.com/robfig/cron/v3"
)

func main() {
	for _, text := range []string{"0 0 */1 * 1", "0 0 */2 * 1"} {
		schedule, err := cron.ParseStandard(text)
		if err != nil {
			panic(err)
		}
		next := time.Date(2026, 3, 28, 0, 0, 0, 0, time.UTC)
		fmt.Print(text, ":")
		for range 3 {
			next = schedule.Next(next)
			fmt.Print(next.Format(" Mon 02"))
		}
		fmt.Println()
	}
}
GO
python_with croniter==6.0.0
expect "Go" "0 0 */1 * 1: Mon 30 Mon 06 Mon 13
0 0 */2 * 1: Sun 29 Mon 30 Tue 31" "$(./program)"
expect "Python" "0 0 */1 * 1: Sun 29 Mon 30 Tue 31
0 0 */2 * 1: Sun 29 Mon 30 Tue 31" "$(venv/bin/python -c 'import datetime, croniter
for text in "0 0 */1 * 1", "0 0 */2 * 1":
    days = croniter.croniter(text, datetime.datetime(2026, 3, 28))
    print(text + ":", *(days.get_next(datetime.datetime).strftime("%a %d") for _ in range(3)))')"
