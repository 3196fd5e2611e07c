#!/usr/bin/env bash
# github.com/containernetworking/cni v1.3.1: a route without a destination is read, and written with the destination "<nil>", which the same package
# refuses to read. A plugin that passes on the result of the one before it breaks the next one.
. "$(dirname "$0")/lib.bash"
go_program github.com/containernetworking/cni/pkg/types@v1.3.1 <<'GO'
package main

import (
	"encoding/json"
	"fmt"

	"github.com/containernetworking/cni/pkg/types"
)

func main() {
	var route types.Route
	fmt.Println(json.Unmarshal([]byte(`{"gw":"10.0.0.1"}`), &route))
	written, _ := json.Marshal(route)
	var text map[string]string
	fmt.Println(json.Unmarshal(written, &text), text["dst"])
	fmt.Println(json.Unmarshal(written, &route))
}
GO
expect "read, written, read again" '<nil>
<nil> <nil>
invalid CIDR address: <nil>' "$(./program)"
