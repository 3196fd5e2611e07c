#!/usr/bin/env bash
# github.com/opencontainers/cgroups v0.1.0, with which runc sets cgroups: the weight that it makes of CPU shares is not in proportion to them. Shares
# are what a container requests: a container that requests a tenth of another one's CPU gets a sixth of its weight, and one that requests ten
# times as much gets less than seven times.
. "$(dirname "$0")/lib.bash"
go_program github.com/opencontainers/cgroups@v0.1.0 <<'GO'
package main

import (
	"fmt"

	"github.com/opencontainers/cgroups"
)

func main() {
	for _, shares := range []uint64{102, 1024, 10240} {
		fmt.Println(shares, cgroups.ConvertCPUSharesToCgroupV2Value(shares))
	}
}
GO
expect "shares and weight for requests of 100m, 1 and 10" '102 17
1024 100
10240 639' "$(./program)"
