#!/usr/bin/env bash
# sigs.k8s.io/karpenter v1.15.0: of a node pool that wants racks above 4 but not 8, what is written into a NodeClaim says only that the rack is 5 or above.
# Its own reckoning, and Kubernetes, go by both.
. "$(dirname "$0")/lib.bash"
export GOTOOLCHAIN=go1.26.9 # its go.mod asks for it
go_program sigs.k8s.io/karpenter/pkg/scheduling@v1.15.0 <<'GO'
package main

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/karpenter/pkg/scheduling"
)

func main() {
	const rack = "example.com/rack"
	requirements := scheduling.NewRequirements(
		scheduling.NewRequirement(rack, corev1.NodeSelectorOpNotIn, "8"),
		scheduling.NewRequirement(rack, corev1.NodeSelectorOpGt, "4"),
	)
	fmt.Println(requirements.Get(rack).Has("8"), requirements.Get(rack).Has("9"))
	for _, one := range requirements.NodeSelectorRequirements() {
		fmt.Println(one.Key, one.Operator, one.Values)
	}
}
GO
expect "whether the racks 8 and 9 will do" "false true" "$(./program | head -1)"
expect "what is written for a node above 4 that is not 8" "example.com/rack Gte [5]" "$(./program | tail -n +2)"
