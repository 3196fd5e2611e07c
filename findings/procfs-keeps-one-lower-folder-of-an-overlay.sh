#!/usr/bin/env bash
# github.com/prometheus/procfs v0.23.0: the options of a mount are a map, so of an overlay's lower folders, which Linux lists as lowerdir+= each if they
# were added one by one, the last one is left.
. "$(dirname "$0")/lib.bash"
mkdir -p proc/self
echo '100 35 0:55 / /merged rw,relatime - overlay overlay rw,lowerdir+=/layers/2,lowerdir+=/layers/1,upperdir=/upper,workdir=/work' >proc/self/mountinfo
go_program github.com/prometheus/procfs@v0.23.0 <<'GO'
package main

import (
	"fmt"

	"github.com/prometheus/procfs"
)

func main() {
	fs, err := procfs.NewFS("proc")
	if err != nil {
		panic(err)
	}
	mounts, err := fs.GetMounts()
	if err != nil {
		panic(err)
	}
	fmt.Println(mounts[0].SuperOptions)
}
GO
expect "the options of an overlay with two lower folders" 'map[lowerdir+:/layers/1 rw: upperdir:/upper workdir:/work]' "$(./program)"
