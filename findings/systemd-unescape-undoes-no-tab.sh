#!/usr/bin/env bash
# github.com/coreos/go-systemd/v22 v22.7.0: UnitNameUnescape does not undo UnitNameEscape. A tab becomes \x9, with one digit where systemd writes
# two, so that the letter behind it is read as the second; and bytes from \x80 on are not read at all.
. "$(dirname "$0")/lib.bash"
go_program github.com/coreos/go-systemd/v22/unit@v22.7.0 <<'GO'
package main

import (
	"fmt"

	"github.com/coreos/go-systemd/v22/unit"
)

func main() {
	for _, name := range []string{"a b", "tab\tend", "\n1", "Zürich"} {
		escaped := unit.UnitNameEscape(name)
		fmt.Printf("%q %s %q\n", name, escaped, unit.UnitNameUnescape(escaped))
	}
}
GO
expect "names, escaped and unescaped" '"a b" a\x20b "a b"
"tab\tend" tab\x9end "tab\\x9end"
"\n1" \xa1 "\\xa1"
"Zürich" Z\xc3\xbcrich "Z\\xc3\\xbcrich"' "$(./program)"
