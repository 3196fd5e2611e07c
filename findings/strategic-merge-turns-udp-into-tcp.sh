#!/usr/bin/env bash
# k8s.io/apimachinery v0.37.2, k8s.io/api v0.37.2: a strategic merge patch finds a container's port by its number alone. A patch of port 53/TCP
# changes the first port 53, which was UDP: afterwards there are two for TCP and none for UDP.
. "$(dirname "$0")/lib.bash"
go_program k8s.io/apimachinery/pkg/util/strategicpatch@v0.37.2 k8s.io/api/core/v1@v0.37.2 <<'GO'
package main

import (
	"fmt"

	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
)

func main() {
	container := `{"ports":[{"containerPort":53,"protocol":"UDP"},{"containerPort":53,"protocol":"TCP"}]}`
	patch := `{"ports":[{"containerPort":53,"protocol":"TCP"}]}`
	merged, err := strategicpatch.StrategicMergePatch([]byte(container), []byte(patch), core.Container{})
	fmt.Println(string(merged), err)
}
GO
expect "merged" '{"ports":[{"containerPort":53,"protocol":"TCP"},{"containerPort":53,"protocol":"TCP"}]} <nil>' "$(./program)"
