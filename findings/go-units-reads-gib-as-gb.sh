#!/usr/bin/env bash
# github.com/docker/go-units v0.5.0: FromHumanSize takes 1GiB and reads it as 1 GB, 10^9 bytes, without an error; RAMInBytes reads 1GB as 2^30. What
# the suffix says counts for neither.
. "$(dirname "$0")/lib.bash"
go_program github.com/docker/go-units@v0.5.0 <<'GO'
package main

import (
	"fmt"

	"github.com/docker/go-units"
)

func main() {
	for _, text := range []string{"1GB", "1GiB"} {
		size, err := units.FromHumanSize(text)
		if err != nil {
			panic(err)
		}
		memory, err := units.RAMInBytes(text)
		fmt.Println(text, size, memory, err)
	}
}
GO
expect "sizes by FromHumanSize and by RAMInBytes" '1GB 1000000000 1073741824 <nil>
1GiB 1000000000 1073741824 <nil>' "$(./program)"
