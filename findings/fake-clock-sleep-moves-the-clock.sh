#!/usr/bin/env bash
# k8s.io/utils v0.0.0-20261023123148-ca04ba58ecab: Sleep of the fake clock does not wait until a test steps the clock, it steps the clock itself. And
# a timer of zero, which fires at once on a real clock, waits for the next step.
. "$(dirname "$0")/lib.bash"
go_program k8s.io/utils/clock/testing@v0.0.0-20261023123148-ca04ba58ecab <<'GO'
package main

import (
	"fmt"
	"time"

	"k8s.io/utils/clock/testing"
)

func main() {
	start := time.Unix(0, 0)
	clock := testing.NewFakeClock(start)
	clock.Sleep(time.Hour)
	fmt.Println("after Sleep:", clock.Since(start))
	timer := clock.NewTimer(0)
	for range 2 {
		select {
		case <-timer.C():
			fmt.Println("fired")
		default:
			fmt.Println("not fired")
		}
		clock.Step(0)
	}
}
GO
expect "the clock; a timer of zero before and after a step of zero" 'after Sleep: 1h0m0s
not fired
fired' "$(./program)"
