#!/usr/bin/env bash
# tags.cncf.io/container-device-interface v1.1.2: a device's mount replaces one that the container has at the same path. With a slash at the end it does
# not: the container has two mounts at /var/lib/a. Both are the same path; we expected the device's mount alone.
. "$(dirname "$0")/lib.bash"
go_program tags.cncf.io/container-device-interface/pkg/cdi@v1.1.2 <<'GO'
package main

import (
	"fmt"

	oci "github.com/opencontainers/runtime-spec/specs-go"
	"tags.cncf.io/container-device-interface/pkg/cdi"
	specs "tags.cncf.io/container-device-interface/specs-go"
)

func main() {
	for _, path := range []string{"/var/lib/a", "/var/lib/a/"} {
		container := &oci.Spec{Mounts: []oci.Mount{{Destination: "/var/lib/a", Source: "/own"}}}
		edits := cdi.ContainerEdits{ContainerEdits: &specs.ContainerEdits{Mounts: []*specs.Mount{{HostPath: "/device", ContainerPath: path}}}}
		if err := edits.Apply(container); err != nil {
			panic(err)
		}
		for _, mount := range container.Mounts {
			fmt.Print(mount.Source, " at ", mount.Destination, "; ")
		}
		fmt.Println()
	}
}
GO
expect "mounts of a container at /var/lib/a, with a device's at /var/lib/a and /var/lib/a/" '/device at /var/lib/a; 
/own at /var/lib/a; /device at /var/lib/a/; ' "$(./program)"
