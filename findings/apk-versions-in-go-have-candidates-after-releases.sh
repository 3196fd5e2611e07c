#!/usr/bin/env bash
# github.com/knqyf263/go-apk-version 041fdbb, with which image scanners compare Alpine's versions: a suffix _alpha, _beta, _pre or _rc comes before
# the release, Alpine's documentation of its packages says. It finds 1.0_rc1 newer than 1.0 if there is no revision behind it. Python's univers 32.0.1
# finds it older.
. "$(dirname "$0")/lib.bash"
go_program github.com/knqyf263/go-apk-version@v0.0.0-20200609155635-041fdbb8563f <<'GO'
package main

import (
	"fmt"
	"os"

	"github.com/knqyf263/go-apk-version"
)

func main() {
	release, err := version.NewVersion(os.Args[1])
	if err != nil {
		panic(err)
	}
	for _, text := range os.Args[2:] {
		other, err := version.NewVersion(text)
		if err != nil {
			panic(err)
		}
		fmt.Println(text, other.LessThan(release))
	}
}
GO
python_with univers==32.0.1
older() {
  venv/bin/python -c 'import sys
from univers.versions import AlpineLinuxVersion
for text in sys.argv[2:]:
    print(text, str(AlpineLinuxVersion(text) < AlpineLinuxVersion(sys.argv[1])).lower())' "$@"
}
expect "Go: older than 1.0-r0" "1.0_rc1-r0 true
1.0_p1-r0 false" "$(./program 1.0-r0 1.0_rc1-r0 1.0_p1-r0)"
expect "Go: older than 1.0" "1.0_rc1 false
1.0_p1 false" "$(./program 1.0 1.0_rc1 1.0_p1)"
expect "Python: older than 1.0" "1.0_rc1 true
1.0_p1 false" "$(older 1.0 1.0_rc1 1.0_p1)"
