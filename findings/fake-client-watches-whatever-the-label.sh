#!/usr/bin/env bash
# k8s.io/client-go v0.37.2: its fake dynamic client lists by label, but watches everything. An informer for one node's pods starts with the right ones,
# and then hears of all. Neither minds a field selector. The server applies both selectors to both.
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

func pod(name string) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{"apiVersion": "v1", "kind": "Pod",
		"metadata": map[string]any{"namespace": "default", "name": name, "labels": map[string]any{"node": name}}}}
}

func main() {
	kind := schema.GroupVersionResource{Version: "v1", Resource: "pods"}
	client := fake.NewSimpleDynamicClientWithCustomListKinds(runtime.NewScheme(),
		map[schema.GroupVersionResource]string{kind: "PodList"}, pod("node1"), pod("node2"))
	pods := client.Resource(kind).Namespace("default")
	for _, options := range []meta.ListOptions{{LabelSelector: "node=node1"}, {FieldSelector: "metadata.name=node1"}} {
		list, err := pods.List(context.Background(), options)
		if err != nil {
			panic(err)
		}
		fmt.Println(len(list.Items), "listed")
	}
	watch, err := pods.Watch(context.Background(), meta.ListOptions{LabelSelector: "node=node1"})
	if err != nil {
		panic(err)
	}
	if _, err := pods.Create(context.Background(), pod("node3"), meta.CreateOptions{}); err != nil {
		panic(err)
	}
	for event := range watch.ResultChan() {
		name := event.Object.(*unstructured.Unstructured).GetName()
		if name == "node3" {
			fmt.Println(event.Type, name)
			break
		}
	}
}
GO
expect "pods listed for node1, by label and by field, and an event of a watch for node1" '1 listed
2 listed
ADDED node3' "$(timeout 60 ./program)"
