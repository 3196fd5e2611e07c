#!/usr/bin/env bash
# k8s.io/apimachinery v0.37.2: MicroTime (renewTime of a Lease, eventTime of an Event) reads only times with exactly six digits
# behind the point. RFC 3339 times without a fraction, or with milliseconds, are errors; Time, beside it, takes all of them.
. "$(dirname "$0")/lib.bash"
go_program k8s.io/apimachinery/pkg/apis/meta/v1@v0.37.2 <<'GO'
package main

import (
	"encoding/json"
	"fmt"

	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func main() {
	for _, fraction := range []string{"", ".5", ".123", ".123456", ".123456789"} {
		text := []byte(`"2026-01-01T00:00:00` + fraction + `Z"`)
		var time meta.Time
		var micro meta.MicroTime
		fmt.Printf("%q: Time %t, MicroTime %t\n", fraction, json.Unmarshal(text, &time) == nil, json.Unmarshal(text, &micro) == nil)
	}
}
GO
expect "what is read" '"": Time true, MicroTime false
".5": Time true, MicroTime false
".123": Time true, MicroTime false
".123456": Time true, MicroTime true
".123456789": Time true, MicroTime false' "$(./program)"
