#!/usr/bin/env bash
# github.com/containerd/containerd/v2 v2.4.2: an identifier of containerd, such as a namespace, takes no two dashes beside each other. The names of
# Kubernetes are DNS labels, which take them, as xn--bcher-kva has; we expected any of these to do as an identifier.
. "$(dirname "$0")/lib.bash"
go_program github.com/containerd/containerd/v2/pkg/identifiers@v2.4.2 k8s.io/apimachinery/pkg/util/validation@v0.37.2 <<'GO'
package main

import (
	"fmt"

	"github.com/containerd/containerd/v2/pkg/identifiers"
	"k8s.io/apimachinery/pkg/util/validation"
)

func main() {
	for _, name := range []string{"team-a", "team--a", "xn--bcher-kva"} {
		fmt.Println(name, identifiers.Validate(name) == nil, len(validation.IsDNS1123Label(name)) == 0)
	}
}
GO
expect "whether containerd and Kubernetes take a name" 'team-a true true
team--a false true
xn--bcher-kva false true' "$(./program)"
