#!/usr/bin/env bash
# github.com/hashicorp/go-version v1.9.0: of two pre-releases, one of which begins as the other and goes on, the longer is newer (11 of SemVer's rules).
# With a word there, the longer is older: 1.37.0-beta.2.hotfix comes before 1.37.0-beta.2; with a number it is newer.
# github.com/Masterminds/semver/v3 v3.5.0 does as SemVer says.
. "$(dirname "$0")/lib.bash"
go_program github.com/hashicorp/go-version@v1.9.0 github.com/Masterminds/semver/v3@v3.5.0 <<'GO'
package main

import (
	"fmt"

	"github.com/Masterminds/semver/v3"
	"github.com/hashicorp/go-version"
)

func main() {
	const short = "1.37.0-beta.2"
	for _, long := range []string{short + ".1", short + ".hotfix", short + ".hotfix.1"} {
		one := version.Must(version.NewVersion(long)).GreaterThan(version.Must(version.NewVersion(short)))
		fmt.Println(long, one, semver.MustParse(long).GreaterThan(semver.MustParse(short)))
	}
}
GO
expect "newer than 1.37.0-beta.2, by go-version, by semver" '1.37.0-beta.2.1 true true
1.37.0-beta.2.hotfix false true
1.37.0-beta.2.hotfix.1 false true' "$(./program)"
