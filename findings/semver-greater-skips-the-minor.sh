#!/usr/bin/env bash
# github.com/Masterminds/semver/v3 v3.5.0, which Helm compares kubeVersion with: 1.30 stands for all of 1.30.x with every operator but >=
# and <. So 1.30.14 is not >1.30, and neither 1.30.14 nor any 1.30.x is !=1.30.
. "$(dirname "$0")/lib.bash"
go_program github.com/Masterminds/semver/v3@v3.5.0 <<'GO'
package main

import (
	"fmt"

	"github.com/Masterminds/semver/v3"
)

func main() {
	for _, text := range []string{">1.30", ">1.30.0", "!=1.30", "<=1.30"} {
		constraint, err := semver.NewConstraint(text)
		if err != nil {
			panic(err)
		}
		fmt.Println("1.30.14 is", text+":", constraint.Check(semver.MustParse("1.30.14")))
	}
}
GO
expect "constraints" "1.30.14 is >1.30: false
1.30.14 is >1.30.0: true
1.30.14 is !=1.30: false
1.30.14 is <=1.30: true" "$(./program)"
