#!/usr/bin/env bash
# k8s.io/client-go v0.37.2: its fake dynamic client takes the option of a dry run, and creates the object all the same; a deletion in a dry run removes
# it. A precondition about the object's UID does not hold it up either. On the server, a dry run changes nothing.
. "$(dirname "$0")/lib.bash"
go_program k8s.io/client-go/dynamic/fake@v0.37.2 <<'GO'
package main

import (
	"context"
	"fmt"

	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic/fake"
)

func main() {
	kind := schema.GroupVersionResource{Version: "v1", Resource: "pods"}
	client := fake.NewSimpleDynamicClient(runtime.NewScheme())
	pods := client.Resource(kind).Namespace("default")
	pod := &unstructured.Unstructured{Object: map[string]any{"apiVersion": "v1", "kind": "Pod",
		"metadata": map[string]any{"namespace": "default", "name": "agent", "uid": "1"}}}
	show := func(err error) {
		_, missing := pods.Get(context.Background(), "agent", meta.GetOptions{})
		fmt.Println(err, missing)
	}
	dry := []string{meta.DryRunAll}
	_, err := pods.Create(context.Background(), pod, meta.CreateOptions{DryRun: dry})
	show(err)
	show(pods.Delete(context.Background(), "agent", meta.DeleteOptions{DryRun: dry, Preconditions: meta.NewUIDPreconditions("2")}))
}
GO
expect "errors of a creation and a deletion in dry runs, and of looking for the pod afterwards" '<nil> <nil>
<nil> pods "agent" not found' "$(./program)"
