#!/usr/bin/env bash
# github.com/containerd/platforms v0.2.1 and github.com/google/go-containerregistry v0.22.1, asked which images of an index run on linux/arm64/v8. To
# containerd arm64 without a variant is the same, and it would take one for arm/v7, too; the other takes none that does not say v8. Asked for
# linux/arm64, it takes one for arm64/v9, which containerd does not.
. "$(dirname "$0")/lib.bash"
go_program github.com/containerd/platforms@v0.2.1 github.com/google/go-containerregistry@v0.22.1 <<'GO'
package main

import (
	"fmt"

	"github.com/containerd/platforms"
	v1 "github.com/google/go-containerregistry/pkg/v1"
)

func main() {
	for _, wanted := range []string{"linux/arm64/v8", "linux/arm64"} {
		byContainerd := platforms.Only(platforms.MustParse(wanted))
		byRegistry, err := v1.ParsePlatform(wanted)
		if err != nil {
			panic(err)
		}
		for _, there := range []v1.Platform{
			{OS: "linux", Architecture: "arm64", Variant: "v8"},
			{OS: "linux", Architecture: "arm64"},
			{OS: "linux", Architecture: "arm64", Variant: "v9"},
			{OS: "linux", Architecture: "arm", Variant: "v7"},
		} {
			same := platforms.Platform{OS: there.OS, Architecture: there.Architecture, Variant: there.Variant}
			fmt.Println(wanted, "takes", there, byContainerd.Match(same), there.Satisfies(*byRegistry))
		}
	}
}
GO
expect "by containerd, by go-containerregistry" "linux/arm64/v8 takes linux/arm64/v8 true true
linux/arm64/v8 takes linux/arm64 true false
linux/arm64/v8 takes linux/arm64/v9 false false
linux/arm64/v8 takes linux/arm/v7 true false
linux/arm64 takes linux/arm64/v8 true true
linux/arm64 takes linux/arm64 true true
linux/arm64 takes linux/arm64/v9 false true
linux/arm64 takes linux/arm/v7 true false" "$(./program)"
