#!/usr/bin/env bash
# sigs.k8s.io/karpenter v1.14.1: what a DaemonSet will take of a new node is read off the youngest of its pods, whatever node that runs on, and not off its
# template. So where admission makes pods of some nodes larger, Karpenter reckons with the large one for each new node, or with the small one.
. "$(dirname "$0")/lib.bash"
go_program sigs.k8s.io/karpenter/pkg/controllers/state@v1.14.1 <<'GO'
package main

import (
	"context"
	"fmt"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/karpenter/pkg/controllers/state"
)

func asking(cpu string) corev1.PodSpec {
	requests := corev1.ResourceList{corev1.ResourceCPU: resource.MustParse(cpu)}
	return corev1.PodSpec{Containers: []corev1.Container{{Name: "agent", Resources: corev1.ResourceRequirements{Requests: requests}}}}
}

func main() {
	set := &appsv1.DaemonSet{ObjectMeta: metav1.ObjectMeta{Name: "agent", Namespace: "default", UID: "1"}}
	set.Spec.Template.Spec = asking("100m")
	owners := []metav1.OwnerReference{*metav1.NewControllerRef(set, appsv1.SchemeGroupVersion.WithKind("DaemonSet"))}
	pod := func(name, node, cpu string, minute int) *corev1.Pod {
		made := metav1.NewTime(time.Date(2026, 1, 1, 0, minute, 0, 0, time.UTC))
		spec := asking(cpu)
		spec.NodeName = node
		return &corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "default", OwnerReferences: owners, CreationTimestamp: made},
			Spec:       spec,
		}
	}
	client := fake.NewClientBuilder().WithScheme(scheme.Scheme).WithObjects(
		pod("agent-1", "small-1", "100m", 0), pod("agent-2", "large", "4", 2), pod("agent-3", "small-2", "100m", 1),
	).Build()
	cluster := state.NewCluster(clock.RealClock{}, client, nil)
	if err := cluster.UpdateDaemonSet(context.Background(), set); err != nil {
		panic(err)
	}
	found := cluster.GetDaemonSetPod(set)
	fmt.Println(found.Name, found.Spec.Containers[0].Resources.Requests.Cpu())
}
GO
expect "the pod that stands for all, of a DaemonSet whose template asks for 100m" "agent-2 4" "$(./program)"
