#!/usr/bin/env bash
# sigs.k8s.io/karpenter v1.15.0: two pods whose sidecars (init containers that are always restarted) take the same port of their node cannot be on one node, and
# Kubernetes' scheduler knows that (v1.37, GetHostPorts). Karpenter looks at containers only, and finds that both fit on the node that it makes.
. "$(dirname "$0")/lib.bash"
export GOTOOLCHAIN=go1.26.9 # its go.mod asks for it
go_program sigs.k8s.io/karpenter/pkg/scheduling@v1.15.0 <<'GO'
package main

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/karpenter/pkg/scheduling"
)

func container(ports ...corev1.ContainerPort) corev1.Container {
	return corev1.Container{Name: "agent", Image: "example.org/agent:1", Ports: ports}
}

func conflict(first, second corev1.PodSpec) bool {
	one := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "one"}, Spec: first}
	other := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "other"}, Spec: second}
	usage := scheduling.NewHostPortUsage()
	usage.Add(one, scheduling.GetHostPorts(one))
	return usage.Conflicts(other, scheduling.GetHostPorts(other)) != nil
}

func main() {
	port := corev1.ContainerPort{ContainerPort: 9100, HostPort: 9100, Protocol: corev1.ProtocolTCP}
	plain := corev1.PodSpec{Containers: []corev1.Container{container(port)}}
	always := corev1.ContainerRestartPolicyAlways
	sidecar := container(port)
	sidecar.RestartPolicy = &always
	with := corev1.PodSpec{InitContainers: []corev1.Container{sidecar}, Containers: []corev1.Container{container()}}
	fmt.Println(conflict(plain, plain), conflict(with, with), conflict(plain, with))
}
GO
expect "whether two containers want one port, two sidecars, one of each" "true false false" "$(./program)"
