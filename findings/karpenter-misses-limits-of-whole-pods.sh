#!/usr/bin/env bash
# sigs.k8s.io/karpenter v1.15.0: before a DaemonSet has a pod, Karpenter reckons with its template, and does what the API server does: what has a limit and no
# request gets the limit as its request. It does so for containers, not for resources of the whole pod (beta since v1.34): the API server makes the pod ask for
# two cores, Karpenter reckons with none.
. "$(dirname "$0")/lib.bash"
export GOTOOLCHAIN=go1.26.9 # its go.mod asks for it
go_program sigs.k8s.io/karpenter/pkg/utils/daemonset@v1.15.0 sigs.k8s.io/karpenter/pkg/utils/resources@v1.15.0 <<'GO'
package main

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"sigs.k8s.io/karpenter/pkg/utils/daemonset"
	"sigs.k8s.io/karpenter/pkg/utils/resources"
)

func reckoned(spec corev1.PodSpec) string {
	set := &appsv1.DaemonSet{}
	set.Spec.Template.Spec = spec
	requests := resources.RequestsForPods(daemonset.PodForDaemonSet(set))
	return requests.Cpu().String()
}

func main() {
	two := corev1.ResourceRequirements{Limits: corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("2")}}
	plain := corev1.Container{Name: "agent", Image: "example.org/agent:1"}
	limited := plain
	limited.Resources = two
	fmt.Println(
		reckoned(corev1.PodSpec{Containers: []corev1.Container{limited}}),
		reckoned(corev1.PodSpec{Resources: &two, Containers: []corev1.Container{plain}}),
	)
}
GO
expect "cores, of a limit of 2 for the container, and of one for the pod" "2 0" "$(./program)"
