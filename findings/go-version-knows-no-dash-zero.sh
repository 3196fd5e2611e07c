#!/usr/bin/env bash
# github.com/hashicorp/go-version v1.9.0: ">= 1.30.0-0" takes no 1.31.0-gke.100, as a pre-release matches only if the constraint names one of the very
# same version. github.com/Masterminds/semver/v3 v3.5.0, Helm's, takes it, which is why charts write -0. With "!= 1.30.0" it is the other way round.
. "$(dirname "$0")/lib.bash"
go_program github.com/hashicorp/go-version@v1.9.0 github.com/Masterminds/semver/v3@v3.5.0 <<'GO'
package main

import (
	"fmt"

	"github.com/Masterminds/semver/v3"
	"github.com/hashicorp/go-version"
)

func main() {
	for _, text := range []string{">= 1.30.0-0", ">= 1.31.0-0", "!= 1.30.0"} {
		one, err := version.NewConstraint(text)
		if err != nil {
			panic(err)
		}
		other, err := semver.NewConstraint(text)
		if err != nil {
			panic(err)
		}
		const cluster = "1.31.0-gke.100"
		fmt.Println(text, one.Check(version.Must(version.NewVersion(cluster))), other.Check(semver.MustParse(cluster)))
	}
}
GO
expect "whether it takes 1.31.0-gke.100, by go-version, by semver" '>= 1.30.0-0 false true
>= 1.31.0-0 true true
!= 1.30.0 true false' "$(./program)"
