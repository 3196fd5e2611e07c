#!/usr/bin/env bash
# k8s.io/apimachinery v0.37.2: Cap of wait.Backoff does not only bound the delay, it ends the retries. Of a hundred steps that
# may wait 4 ms at most, three are tried: the step that would go beyond the cap is the last one.
. "$(dirname "$0")/lib.bash"
go_program k8s.io/apimachinery/pkg/util/wait@v0.37.2 <<'GO'
package main

import (
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
)

func attempts(most time.Duration) (count int, err error) {
	backoff := wait.Backoff{Duration: time.Millisecond, Factor: 2, Steps: 5, Cap: most}
	err = wait.ExponentialBackoff(backoff, func() (bool, error) { count++; return false, nil })
	return
}

func main() {
	fmt.Println(attempts(0))
	fmt.Println(attempts(2 * time.Millisecond))
}
GO
expect "attempts of 5 steps, without a cap and with one" "5 timed out waiting for the condition
2 timed out waiting for the condition" "$(./program)"
