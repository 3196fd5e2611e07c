#!/usr/bin/env bash
# github.com/facette/natsort v0.0.0-20181210072756-2cd4dd1e2dcb, by which Prometheus' sort_by_label sorts: node1 is less than node01 and node01 is
# less than node1, and each is less than itself. So what a sort makes of them depends on the order in which they came.
. "$(dirname "$0")/lib.bash"
go_program github.com/facette/natsort@v0.0.0-20181210072756-2cd4dd1e2dcb <<'GO'
package main

import (
	"fmt"

	"github.com/facette/natsort"
)

func main() {
	fmt.Println(natsort.Compare("node1", "node01"), natsort.Compare("node01", "node1"), natsort.Compare("node1", "node1"))
	for _, names := range [][]string{{"node1", "node01", "node001"}, {"node001", "node1", "node01"}} {
		natsort.Sort(names)
		fmt.Println(names)
	}
}
GO
expect "node1 < node01, node01 < node1, node1 < node1; the same three names, sorted" "true true true
[node001 node01 node1]
[node01 node1 node001]" "$(./program)"
