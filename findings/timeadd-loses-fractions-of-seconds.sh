#!/usr/bin/env bash
# github.com/zclconf/go-cty v1.20.0, Terraform's timeadd: an hour after half past a second is on the whole second. The fraction is read, is valid
# in RFC 3339, and is lost without an error; Go's own time keeps it.
. "$(dirname "$0")/lib.bash"
go_program github.com/zclconf/go-cty/cty/function/stdlib@v1.20.0 <<'GO'
package main

import (
	"fmt"
	"time"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

func main() {
	text := "2026-01-01T00:00:00.9Z"
	later, err := stdlib.TimeAdd(cty.StringVal(text), cty.StringVal("200ms"))
	moment, _ := time.Parse(time.RFC3339, text)
	fmt.Println(later.AsString(), err, moment.Add(200*time.Millisecond).Format(time.RFC3339Nano))
}
GO
expect "0.9 s and 200 ms, with timeadd and Go's time" '2026-01-01T00:00:01Z <nil> 2026-01-01T00:00:01.1Z' "$(./program)"
