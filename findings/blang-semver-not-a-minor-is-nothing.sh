#!/usr/bin/env bash
# github.com/blang/semver/v4 v4.0.0: != takes a version with x, and !=1.30.x becomes <1.30.0 and >=1.31.0 at once, which no version is. We expected all
# but those of 1.30, which github.com/Masterminds/semver/v3 v3.5.0 takes.
. "$(dirname "$0")/lib.bash"
go_program github.com/blang/semver/v4@v4.0.0 github.com/Masterminds/semver/v3@v3.5.0 <<'GO'
package main

import (
	"fmt"

	blang "github.com/blang/semver/v4"
	"github.com/Masterminds/semver/v3"
)

func main() {
	for _, text := range []string{"1.30.x", "!=1.30.x", "!=1.30.5"} {
		one := blang.MustParseRange(text)
		other, err := semver.NewConstraint(text)
		if err != nil {
			panic(err)
		}
		for _, version := range []string{"1.29.3", "1.30.5", "1.31.0"} {
			fmt.Println(text, version, one(blang.MustParse(version)), other.Check(semver.MustParse(version)))
		}
	}
}
GO
expect "whether it takes it, by blang, by Masterminds" '1.30.x 1.29.3 false false
1.30.x 1.30.5 true true
1.30.x 1.31.0 false false
!=1.30.x 1.29.3 false true
!=1.30.x 1.30.5 false false
!=1.30.x 1.31.0 false true
!=1.30.5 1.29.3 true true
!=1.30.5 1.30.5 false false
!=1.30.5 1.31.0 true true' "$(./program)"
