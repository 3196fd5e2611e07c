#!/usr/bin/env bash
# k8s.io/apimachinery v0.37.2, k8s.io/api v0.37.2: a container that a strategic merge patch adds comes before those that are there, so the pod's
# first container, which `kubectl logs` and `kubectl exec` take, is another one afterwards.
. "$(dirname "$0")/lib.bash"
go_program k8s.io/apimachinery/pkg/util/strategicpatch@v0.37.2 k8s.io/api/core/v1@v0.37.2 <<'GO'
package main

import (
	"fmt"

	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
)

func main() {
	spec := `{"containers":[{"name":"agent"},{"name":"proxy"}]}`
	patch := `{"containers":[{"name":"added"}]}`
	merged, err := strategicpatch.StrategicMergePatch([]byte(spec), []byte(patch), core.PodSpec{})
	fmt.Println(string(merged), err)
}
GO
expect "merged" '{"containers":[{"name":"added"},{"name":"agent"},{"name":"proxy"}]} <nil>' "$(./program)"
