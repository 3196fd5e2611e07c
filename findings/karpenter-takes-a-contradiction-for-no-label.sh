#!/usr/bin/env bash
# sigs.k8s.io/karpenter v1.15.0: a pod that wants the rack to be a by its node selector, and b by its affinity, fits no node. Karpenter intersects the two, has
# no value left, and takes that for "does not exist": it finds that the pod fits nodes without such a label, which Kubernetes' scheduler does not.
. "$(dirname "$0")/lib.bash"
export GOTOOLCHAIN=go1.26.9 # its go.mod asks for it
go_program sigs.k8s.io/karpenter/pkg/scheduling@v1.15.0 k8s.io/component-helpers/scheduling/corev1/nodeaffinity <<'GO'
package main

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"
	"sigs.k8s.io/karpenter/pkg/scheduling"
)

func main() {
	const rack = "example.com/rack"
	terms := []corev1.NodeSelectorTerm{{
		MatchExpressions: []corev1.NodeSelectorRequirement{{Key: rack, Operator: corev1.NodeSelectorOpIn, Values: []string{"b"}}},
	}}
	pod := &corev1.Pod{Spec: corev1.PodSpec{
		NodeSelector: map[string]string{rack: "a"},
		Affinity: &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
			RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{NodeSelectorTerms: terms},
		}},
	}}
	node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "n1", Labels: map[string]string{"example.com/row": "1"}}}
	fits, err := nodeaffinity.GetRequiredNodeAffinity(pod).Match(node)
	fmt.Println(fits, err)
	wanted := scheduling.NewPodRequirements(pod)
	fmt.Println(scheduling.NewLabelRequirements(node.Labels).Compatible(wanted) == nil, wanted)
}
GO
expect "whether the pod fits, by the scheduler's own function" "false <nil>" "$(./program | head -1)"
expect "whether it does by Karpenter, and why" "true example.com/rack DoesNotExist" "$(./program | tail -1)"
