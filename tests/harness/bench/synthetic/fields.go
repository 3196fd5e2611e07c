// managedFields, which are a third of a pod.
package main

import (
	"encoding/json"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func managed(entries ...metav1.ManagedFieldsEntry) []metav1.ManagedFieldsEntry { return entries }

func entry(manager, operation, subresource string, fields []byte) metav1.ManagedFieldsEntry {
	return metav1.ManagedFieldsEntry{
		Manager: manager, Operation: metav1.ManagedFieldsOperationType(operation), APIVersion: "v1", Time: &seededAt,
		FieldsType: "FieldsV1", FieldsV1: &metav1.FieldsV1{Raw: fields}, Subresource: subresource,
	}
}

// fieldsOf has these paths.
func fieldsOf(paths ...string) []byte {
	root := map[string]any{}
	for _, path := range paths {
		at := root
		for _, step := range strings.Split(path, "/") {
			next, known := at[step].(map[string]any)
			if !known {
				next = map[string]any{}
				at[step] = next
			}
			at = next
		}
	}
	text, err := json.Marshal(root)
	if err != nil {
		panic(err) // maps of texts
	}
	return text
}

func daemonPodFields(manager string) []metav1.ManagedFieldsEntry {
	container := `f:spec/f:containers/k:{"name":"agent"}/`
	spec := fieldsOf("f:metadata/f:generateName", "f:metadata/f:labels/.", "f:metadata/f:labels/f:app.kubernetes.io~1name",
		"f:metadata/f:labels/f:controller-revision-hash", "f:metadata/f:labels/f:pod-template-generation",
		`f:metadata/f:ownerReferences/k:{"uid":"c5a7b1d2-6a3e-4c1f-8d2b-0123456789ab"}`, "f:spec/f:affinity/f:nodeAffinity",
		container+".", container+"f:args", container+"f:env", container+"f:image", container+"f:imagePullPolicy",
		container+"f:livenessProbe/f:failureThreshold", container+"f:livenessProbe/f:httpGet/f:path",
		container+"f:livenessProbe/f:httpGet/f:port", container+"f:livenessProbe/f:periodSeconds", container+"f:name",
		container+"f:ports", container+"f:resources/f:limits/f:memory", container+"f:resources/f:requests/f:cpu",
		container+"f:resources/f:requests/f:memory", container+"f:terminationMessagePath",
		container+"f:terminationMessagePolicy", container+"f:volumeMounts", "f:spec/f:dnsPolicy",
		"f:spec/f:enableServiceLinks", "f:spec/f:priorityClassName", "f:spec/f:restartPolicy", "f:spec/f:schedulerName",
		"f:spec/f:securityContext", "f:spec/f:terminationGracePeriodSeconds", "f:spec/f:tolerations", "f:spec/f:volumes")
	var status []string
	for _, kind := range []string{"ContainersReady", "Initialized", "PodReadyToStartContainers", "Ready"} {
		for _, field := range []string{".", "f:lastProbeTime", "f:lastTransitionTime", "f:observedGeneration", "f:status", "f:type"} {
			status = append(status, `f:status/f:conditions/k:{"type":"`+kind+`"}/`+field)
		}
	}
	status = append(status, "f:status/f:containerStatuses", "f:status/f:hostIP", "f:status/f:hostIPs", "f:status/f:phase",
		"f:status/f:podIP", "f:status/f:podIPs", "f:status/f:startTime")
	return managed(entry(manager, "Update", "", spec), entry("kubelet", "Update", "status", fieldsOf(status...)))
}
