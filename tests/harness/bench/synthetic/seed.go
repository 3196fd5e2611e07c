// What the cluster is made of at the start: of the size that objects of a real cluster have.
package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	quantity "k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
)

const (
	namespace  = "kube-system"
	hashLabel  = appsv1.ControllerRevisionHashLabelKey
	seededHash = "7d4c9bbf6"
	// Who made the pods that are there at the start.
	seededManager = "kube-controller-manager"
	firstVersion  = 1_000_000_000 // of the same length as all that come
)

var seededAt = metav1.NewTime(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))

func pointer[T any](value T) *T { return &value }

func version(number uint64) string { return strconv.FormatUint(number, 10) }

// uid is the same for the same seed and number, and different otherwise.
func uid(seed, number uint64) types.UID {
	random := rand.New(rand.NewPCG(seed, number))
	high, low := random.Uint64(), random.Uint64()
	return types.UID(fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", high>>32, high>>16&0xffff, high&0xfff, low>>48&0xfff,
		low&0xffffffffffff))
}

// nodeName is as long as those of the cloud that has the longest ones.
func nodeName(number int) string {
	return fmt.Sprintf("ip-10-%d-%d-%d.eu-central-1.compute.internal", 100+number/40000, 20+number/200%200,
		20+number%200)
}

func seededPodName(daemonSet string, number uint64) string {
	const letters = "bcdfghjklmnpqrstvwxz2456789" // those that the API server makes names of
	scrambled := number * 7919 % (27 * 27 * 27 * 27 * 27)
	suffix := make([]byte, 5)
	for i := range suffix {
		suffix[i] = letters[scrambled%27]
		scrambled /= 27
	}
	return daemonSet + "-" + string(suffix)
}

func daemonSet(number, nodes int, seed uint64) *appsv1.DaemonSet {
	name := fmt.Sprintf("agent-%d", number)
	set := &appsv1.DaemonSet{
		ObjectMeta: metav1.ObjectMeta{
			Name: name, Namespace: namespace, UID: uid(seed, uint64(number)), ResourceVersion: version(firstVersion),
			Generation: 1, CreationTimestamp: seededAt,
			Annotations: map[string]string{appsv1.DeprecatedTemplateGeneration: "1"},
		},
		Spec: appsv1.DaemonSetSpec{
			Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"app.kubernetes.io/name": name}},
			Template: template(name),
			UpdateStrategy: appsv1.DaemonSetUpdateStrategy{
				Type: appsv1.RollingUpdateDaemonSetStrategyType,
				RollingUpdate: &appsv1.RollingUpdateDaemonSet{
					MaxUnavailable: pointer(intstr.FromString("10%")), MaxSurge: pointer(intstr.FromInt32(0)),
				},
			},
			RevisionHistoryLimit: pointer(int32(10)),
		},
	}
	count := int32(nodes)
	set.Status = appsv1.DaemonSetStatus{
		ObservedGeneration: 1, DesiredNumberScheduled: count, CurrentNumberScheduled: count, NumberReady: count,
		NumberAvailable: count, UpdatedNumberScheduled: count,
	}
	return set
}

func template(name string) corev1.PodTemplateSpec {
	variable := func(name, path string) corev1.EnvVar {
		field := &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: path}
		return corev1.EnvVar{Name: name, ValueFrom: &corev1.EnvVarSource{FieldRef: field}}
	}
	directory := func(name, path string) corev1.Volume {
		source := corev1.VolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: path, Type: pointer(corev1.HostPathUnset)}}
		return corev1.Volume{Name: name, VolumeSource: source}
	}
	probe := &corev1.Probe{
		ProbeHandler: corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{
			Path: "/healthz", Port: intstr.FromInt32(8080), Scheme: corev1.URISchemeHTTP,
		}},
		InitialDelaySeconds: 5, TimeoutSeconds: 1, PeriodSeconds: 10, SuccessThreshold: 1, FailureThreshold: 3,
	}
	container := corev1.Container{
		Name: "agent", Image: "registry.example.org/platform/" + name + ":v1.2.3", ImagePullPolicy: corev1.PullIfNotPresent,
		Args: []string{"--config=/etc/agent/config.yaml", "--node=$(NODE_NAME)", "--log-level=info"},
		Env: []corev1.EnvVar{
			variable("NODE_NAME", "spec.nodeName"), variable("POD_IP", "status.podIP"),
			{Name: "CLUSTER", Value: "production-eu-central-1"},
		},
		Ports: []corev1.ContainerPort{{Name: "metrics", ContainerPort: 9100, Protocol: corev1.ProtocolTCP}},
		Resources: corev1.ResourceRequirements{
			Limits:   corev1.ResourceList{"memory": quantity.MustParse("256Mi")},
			Requests: corev1.ResourceList{"cpu": quantity.MustParse("100m"), "memory": quantity.MustParse("128Mi")},
		},
		VolumeMounts: []corev1.VolumeMount{
			{Name: "proc", MountPath: "/host/proc", ReadOnly: true}, {Name: "logs", MountPath: "/var/log"},
		},
		LivenessProbe: probe, TerminationMessagePath: "/dev/termination-log",
		TerminationMessagePolicy: corev1.TerminationMessageReadFile,
	}
	return corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"app.kubernetes.io/name": name}},
		Spec: corev1.PodSpec{
			Containers:    []corev1.Container{container},
			Volumes:       []corev1.Volume{directory("proc", "/proc"), directory("logs", "/var/log")},
			RestartPolicy: corev1.RestartPolicyAlways, TerminationGracePeriodSeconds: pointer(int64(30)),
			DNSPolicy: corev1.DNSClusterFirst, SchedulerName: corev1.DefaultSchedulerName,
			SecurityContext:    &corev1.PodSecurityContext{},
			ServiceAccountName: "default", DeprecatedServiceAccount: "default",
			PriorityClassName: "system-node-critical",
		},
	}
}

// revisionOf has the bytes that every DaemonSet controller compares: the template as a patch, its keys sorted.
func revisionOf(set *appsv1.DaemonSet, uid types.UID) (*appsv1.ControllerRevision, error) {
	text, err := json.Marshal(set.Spec.Template)
	if err != nil {
		return nil, err
	}
	var template map[string]any
	if err := json.Unmarshal(text, &template); err != nil {
		return nil, err
	}
	template["$patch"] = "replace"
	data, err := json.Marshal(map[string]any{"spec": map[string]any{"template": template}})
	if err != nil {
		return nil, err
	}
	return &appsv1.ControllerRevision{
		ObjectMeta: metav1.ObjectMeta{
			Name: set.Name + "-" + seededHash, Namespace: namespace, UID: uid,
			ResourceVersion: version(firstVersion), CreationTimestamp: seededAt,
			Labels: labelsOf(set, seededHash), OwnerReferences: []metav1.OwnerReference{owner(set)},
		},
		Data: runtime.RawExtension{Raw: data}, Revision: 1,
	}, nil
}

func labelsOf(set *appsv1.DaemonSet, hash string) map[string]string {
	labels := map[string]string{hashLabel: hash}
	for key, value := range set.Spec.Template.Labels {
		labels[key] = value
	}
	return labels
}

func owner(set *appsv1.DaemonSet) metav1.OwnerReference {
	return *metav1.NewControllerRef(set, appsv1.SchemeGroupVersion.WithKind("DaemonSet"))
}
