#!/usr/bin/env bash
# k8s.io/mount-utils v0.37.2: ParseMountInfo returns a mount point and a root as the kernel escapes them, /mnt/a\040b for "/mnt/a b", which is no
# path. github.com/moby/sys/mountinfo v0.7.3, which the same module uses too, unescapes them.
. "$(dirname "$0")/lib.bash"
cat >mountinfo <<'TEXT'
36 35 98:0 / /mnt/a\040b rw,noatime shared:1 - ext4 /dev/sda1 rw
40 35 98:0 /c\040d /mnt/e rw,noatime shared:1 - ext4 /dev/sda1 rw
TEXT
go_program k8s.io/mount-utils@v0.37.2 github.com/moby/sys/mountinfo@v0.7.3 <<'GO'
package main

import (
	"fmt"
	"os"

	"github.com/moby/sys/mountinfo"
	"k8s.io/mount-utils"
)

func main() {
	mounts, err := mount.ParseMountInfo("mountinfo")
	if err != nil {
		panic(err)
	}
	file, err := os.Open("mountinfo")
	if err != nil {
		panic(err)
	}
	others, err := mountinfo.GetMountsFromReader(file, nil)
	if err != nil {
		panic(err)
	}
	fmt.Printf("%q %q\n", mounts[0].MountPoint, others[0].Mountpoint)
	fmt.Printf("%q %q\n", mounts[1].Root, others[1].Root)
}
GO
expect "a mount point and a root, by both" '"/mnt/a\\040b" "/mnt/a b"
"/c\\040d" "/c d"' "$(./program)"
