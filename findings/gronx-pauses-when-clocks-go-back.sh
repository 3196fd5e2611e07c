#!/usr/bin/env bash
# github.com/adhocore/gronx v1.20.4: when Berlin's clocks go back from 3:00 to 2:00, what is due every half hour is not due for an hour and a half: it
# leaves out the first time that it is 2:00 and 2:30. github.com/robfig/cron/v3 v3.0.1 goes on each half hour.
. "$(dirname "$0")/lib.bash"
go_program github.com/adhocore/gronx@v1.20.4 github.com/robfig/cron/v3@v3.0.1 <<'GO'
package main

import (
	"fmt"
	"time"
	_ "time/tzdata"

	"github.com/adhocore/gronx"
	"github.com/robfig/cron/v3"
)

func main() {
	const text = "*/30 * * * *"
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	schedule, err := cron.ParseStandard(text)
	if err != nil {
		panic(err)
	}
	start := time.Date(2026, 10, 25, 1, 10, 0, 0, berlin)
	one, other := start, start
	for range 6 {
		if one, err = gronx.NextTickAfter(text, one, false); err != nil {
			panic(err)
		}
		other = schedule.Next(other)
		fmt.Println(one.Format("15:04-07"), other.Format("15:04-07"))
	}
}
GO
expect "by gronx, by robfig/cron" '01:30+02 01:30+02
02:00+01 02:00+02
02:30+01 02:30+02
03:00+01 02:00+01
03:30+01 02:30+01
04:00+01 03:00+01' "$(./program)"
