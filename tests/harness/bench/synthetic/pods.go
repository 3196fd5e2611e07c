package main

import (
	"fmt"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
)

type phase uint8

const (
	unbound phase = iota
	starting
	ready
	gone
)

// pod is what differs between pods; `object` makes the whole. A million of these are 100 MB, where the objects would be
// ten times as much.
type pod struct {
	like    *prototype
	name    string
	node    int
	serial  uint64 // for its UID
	version uint64
	created time.Time
	deleted time.Time // when it is to be gone; zero: it stays
	changes uint32    // of its status, that mean nothing to a DaemonSet controller
	phase   phase
}

// likeness is what the pods of one prototype share. The manager is part of it: by it a controller tells its own pods from
// those of a second one, before which it steps back.
type likeness struct {
	owner         types.UID
	hash, manager string
}

// prototype is what such pods have in common.
type prototype struct {
	cluster *cluster
	owner   types.UID
	pod     corev1.Pod
}

var defaultTolerations = []corev1.Toleration{
	tolerates("node.kubernetes.io/not-ready", corev1.TaintEffectNoExecute),
	tolerates("node.kubernetes.io/unreachable", corev1.TaintEffectNoExecute),
	tolerates("node.kubernetes.io/disk-pressure", corev1.TaintEffectNoSchedule),
	tolerates("node.kubernetes.io/memory-pressure", corev1.TaintEffectNoSchedule),
	tolerates("node.kubernetes.io/pid-pressure", corev1.TaintEffectNoSchedule),
	tolerates("node.kubernetes.io/unschedulable", corev1.TaintEffectNoSchedule),
}

func tolerates(key string, effect corev1.TaintEffect) corev1.Toleration {
	return corev1.Toleration{Key: key, Operator: corev1.TolerationOpExists, Effect: effect}
}

// seededPrototype has the pods that a controller has made of the DaemonSet before the start.
func seededPrototype(c *cluster, set *appsv1.DaemonSet) *prototype {
	labels := labelsOf(set, seededHash)
	labels["pod-template-generation"] = "1"
	sent := corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			GenerateName: set.Name + "-", Namespace: namespace, Labels: labels,
			OwnerReferences: []metav1.OwnerReference{owner(set)},
		},
		Spec: *set.Spec.Template.Spec.DeepCopy(),
	}
	sent.Spec.Tolerations = defaultTolerations
	return &prototype{cluster: c, owner: set.UID, pod: admitted(sent, seededManager)}
}

// admitted adds what admission and defaulting of a real API server add.
func admitted(sent corev1.Pod, manager string) corev1.Pod {
	sent.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"}
	sent.Namespace = namespace // a client need not say it twice
	sent.ManagedFields = daemonPodFields(manager)
	sent.Generation = 1
	spec := &sent.Spec
	spec.EnableServiceLinks = pointer(true)
	spec.Priority = pointer(int32(2000001000))
	spec.PreemptionPolicy = pointer(corev1.PreemptLowerPriority)
	spec.Volumes = append(spec.Volumes, tokenVolume())
	mount := corev1.VolumeMount{
		Name: tokenVolume().Name, ReadOnly: true, MountPath: "/var/run/secrets/kubernetes.io/serviceaccount",
	}
	for i := range spec.Containers {
		spec.Containers[i].VolumeMounts = append(spec.Containers[i].VolumeMounts, mount)
	}
	return sent
}

func tokenVolume() corev1.Volume {
	sources := []corev1.VolumeProjection{
		{ServiceAccountToken: &corev1.ServiceAccountTokenProjection{ExpirationSeconds: pointer(int64(3607)), Path: "token"}},
		{ConfigMap: &corev1.ConfigMapProjection{
			LocalObjectReference: corev1.LocalObjectReference{Name: "kube-root-ca.crt"},
			Items:                []corev1.KeyToPath{{Key: "ca.crt", Path: "ca.crt"}},
		}},
		{DownwardAPI: &corev1.DownwardAPIProjection{Items: []corev1.DownwardAPIVolumeFile{{
			Path: "namespace", FieldRef: &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: "metadata.namespace"},
		}}}},
	}
	projected := &corev1.ProjectedVolumeSource{Sources: sources, DefaultMode: pointer(int32(420))}
	return corev1.Volume{Name: "kube-api-access-x7k2p", VolumeSource: corev1.VolumeSource{Projected: projected}}
}

func (p pod) object() runtime.Object {
	made, name := p.like.pod, nodeName(p.node)
	made.Name, made.UID, made.ResourceVersion = p.name, p.uid(), version(p.version)
	made.CreationTimestamp = metav1.NewTime(p.created)
	made.Spec.Affinity = affinityTo(name)
	if p.phase != unbound {
		made.Spec.NodeName = name
	}
	if !p.deleted.IsZero() {
		made.DeletionTimestamp = pointer(metav1.NewTime(p.deleted))
		made.DeletionGracePeriodSeconds = made.Spec.TerminationGracePeriodSeconds
	}
	made.Status = p.status()
	return &made
}

func (p pod) uid() types.UID { return uid(p.like.cluster.seed+3, p.serial) }

func affinityTo(node string) *corev1.Affinity {
	field := corev1.NodeSelectorRequirement{
		Key: metav1.ObjectNameField, Operator: corev1.NodeSelectorOpIn, Values: []string{node},
	}
	term := corev1.NodeSelectorTerm{MatchFields: []corev1.NodeSelectorRequirement{field}}
	return &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
		RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{term}},
	}}
}

// pinnedTo is the inverse of affinityTo; empty: the pod is for no node.
func pinnedTo(affinity *corev1.Affinity) string {
	if affinity == nil || affinity.NodeAffinity == nil || affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution == nil {
		return ""
	}
	for _, term := range affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms {
		for _, field := range term.MatchFields {
			if field.Key == metav1.ObjectNameField && len(field.Values) == 1 {
				return field.Values[0]
			}
		}
	}
	return ""
}

func (p pod) status() corev1.PodStatus {
	if p.phase == unbound {
		return corev1.PodStatus{Phase: corev1.PodPending, QOSClass: corev1.PodQOSBurstable}
	}
	since, started := metav1.NewTime(p.created), pointer(p.phase == ready)
	condition := func(kind corev1.PodConditionType, holds bool) corev1.PodCondition {
		status := corev1.ConditionFalse
		if holds {
			status = corev1.ConditionTrue
		}
		return corev1.PodCondition{Type: kind, Status: status, LastTransitionTime: since, ObservedGeneration: 1}
	}
	status := corev1.PodStatus{
		ObservedGeneration: 1, Phase: corev1.PodPending, QOSClass: corev1.PodQOSBurstable, StartTime: &since,
		HostIP: address(p.node), HostIPs: []corev1.HostIP{{IP: address(p.node)}},
		Conditions: []corev1.PodCondition{
			condition(corev1.PodReadyToStartContainers, p.phase == ready), condition(corev1.PodInitialized, true),
			condition(corev1.PodReady, p.phase == ready), condition(corev1.ContainersReady, p.phase == ready),
			condition(corev1.PodScheduled, true),
		},
	}
	container := p.like.pod.Spec.Containers[0]
	one := corev1.ContainerStatus{Name: container.Name, Image: container.Image, Started: started, Ready: *started}
	if p.phase == ready {
		status.Phase = corev1.PodRunning
		status.PodIP = address(int(p.serial))
		status.PodIPs = []corev1.PodIP{{IP: status.PodIP}}
		one.ImageID = "registry.example.org/platform/agent@sha256:" + strings.Repeat("5f8b1c03", 8)
		one.ContainerID = fmt.Sprintf("containerd://%064x", p.serial+uint64(p.changes)<<32)
		one.State.Running = &corev1.ContainerStateRunning{StartedAt: since}
		one.AllocatedResources, one.Resources = container.Resources.Requests, &container.Resources
	} else {
		one.State.Waiting = &corev1.ContainerStateWaiting{Reason: "ContainerCreating"}
	}
	status.ContainerStatuses = []corev1.ContainerStatus{one}
	return status
}
