#!/usr/bin/env bash
# github.com/teambition/rrule-go v1.8.2: of a local time that there is twice when clocks go back it takes the second one, where RFC 5545 and Python's
# dateutil mean the first. An hourly rule leaves out an hour on that night, and in spring it has one instant twice.
. "$(dirname "$0")/lib.bash"
go_program github.com/teambition/rrule-go@v1.8.2 <<'GO'
package main

import (
	"fmt"
	"time"
	_ "time/tzdata"

	"github.com/teambition/rrule-go"
)

func main() {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	show := func(what string, option rrule.ROption) {
		rule, err := rrule.NewRRule(option)
		if err != nil {
			panic(err)
		}
		fmt.Print(what, ":")
		for _, each := range rule.All() {
			fmt.Print(each.UTC().Format(" 02T15:04Z"))
		}
		fmt.Println()
	}
	show("daily at 2:30", rrule.ROption{Freq: rrule.DAILY, Dtstart: time.Date(2026, 10, 24, 2, 30, 0, 0, berlin), Count: 3})
	show("hourly in autumn", rrule.ROption{Freq: rrule.HOURLY, Dtstart: time.Date(2026, 10, 25, 1, 30, 0, 0, berlin), Count: 3})
	show("hourly in spring", rrule.ROption{Freq: rrule.HOURLY, Dtstart: time.Date(2026, 3, 29, 1, 30, 0, 0, berlin), Count: 4})
}
GO
python_with python-dateutil==4.0.0 tzdata==2026.6
expect "Go" 'daily at 2:30: 24T00:30Z 25T01:30Z 26T01:30Z
hourly in autumn: 24T23:30Z 25T01:30Z 25T02:30Z
hourly in spring: 29T00:30Z 29T01:30Z 29T01:30Z 29T02:30Z' "$(./program)"
expect "Python, daily" '24T00:30Z 25T00:30Z 26T01:30Z' "$(venv/bin/python -c 'import datetime, zoneinfo
from dateutil import rrule
start = datetime.datetime(2026, 10, 24, 2, 30, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin"))
print(*(each.astimezone(datetime.timezone.utc).strftime("%dT%H:%MZ") for each in rrule.rrule(rrule.DAILY, dtstart=start, count=3)))')"
