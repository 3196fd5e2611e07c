package main

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	quantity "k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// node is what differs between nodes; `object` makes the whole.
type node struct {
	cluster *cluster
	number  int
	version uint64
	beat    time.Time // the kubelet's last report
	evicted bool      // has a taint that no DaemonSet tolerates
}

var images = manyImages()

// A kubelet reports its 50 largest images.
func manyImages() []corev1.ContainerImage {
	made := make([]corev1.ContainerImage, 50)
	for i := range made {
		name := fmt.Sprintf("registry.example.org/team-%d/service-%d", i%7, i)
		made[i] = corev1.ContainerImage{
			Names:     []string{fmt.Sprintf("%s@sha256:%064x", name, 1<<40+i), fmt.Sprintf("%s:v1.%d.0", name, i)},
			SizeBytes: int64(50_000_000 + i),
		}
	}
	return made
}

var amounts = corev1.ResourceList{
	"cpu": quantity.MustParse("32"), "memory": quantity.MustParse("263856628Ki"), "pods": quantity.MustParse("110"),
	"ephemeral-storage": quantity.MustParse("190Gi"), "hugepages-1Gi": quantity.MustParse("0"),
	"hugepages-2Mi": quantity.MustParse("0"),
}

var nodeFields = managed(
	entry("kubelet", "Update", "", fieldsOf("f:metadata/f:annotations", "f:metadata/f:labels", "f:spec/f:providerID")),
	entry("kubelet", "Update", "status", fieldsOf("f:status/f:allocatable", "f:status/f:conditions", "f:status/f:images")),
)

func (n node) object() runtime.Object {
	name, zone := nodeName(n.number), fmt.Sprintf("eu-central-1%c", 'a'+n.number%3)
	made := &corev1.Node{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Node"},
		ObjectMeta: metav1.ObjectMeta{
			Name: name, UID: uid(n.cluster.seed+2, uint64(n.number)), ResourceVersion: version(n.version),
			CreationTimestamp: seededAt, ManagedFields: nodeFields,
			Labels: map[string]string{
				"kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64",
				"node.kubernetes.io/instance-type": "m7i.8xlarge", "topology.kubernetes.io/region": "eu-central-1",
				"topology.kubernetes.io/zone": zone, "eks.amazonaws.com/nodegroup": "general",
				"beta.kubernetes.io/os": "linux", "beta.kubernetes.io/arch": "amd64",
			},
			Annotations: map[string]string{
				"node.alpha.kubernetes.io/ttl": "0", "volumes.kubernetes.io/controller-managed-attach-detach": "true",
				"csi.volume.kubernetes.io/nodeid": fmt.Sprintf(`{"ebs.csi.aws.com":"i-%017x"}`, n.number),
			},
		},
		Spec: corev1.NodeSpec{ProviderID: fmt.Sprintf("aws:///%s/i-%017x", zone, n.number)},
		Status: corev1.NodeStatus{
			Capacity: amounts, Allocatable: amounts, Images: images, Conditions: n.conditions(),
			Addresses: []corev1.NodeAddress{
				{Type: corev1.NodeInternalIP, Address: address(n.number)}, {Type: corev1.NodeHostName, Address: name},
			},
			NodeInfo: corev1.NodeSystemInfo{
				MachineID: fmt.Sprintf("%032x", n.number), SystemUUID: fmt.Sprintf("%032x", n.number+1),
				KernelVersion: "6.1.0-21-amd64", OSImage: "Debian GNU/Linux 12 (bookworm)", OperatingSystem: "linux",
				ContainerRuntimeVersion: "containerd://2.1.4", KubeletVersion: "v1.37.2", Architecture: "amd64",
			},
		},
	}
	if n.evicted {
		taint := corev1.Taint{Key: "example.com/broken", Effect: corev1.TaintEffectNoExecute}
		made.Spec.Taints = []corev1.Taint{taint}
	}
	return made
}

func address(number int) string {
	return fmt.Sprintf("10.%d.%d.%d", number>>16, number>>8&255, number&255)
}

func (n node) conditions() []corev1.NodeCondition {
	condition := func(kind corev1.NodeConditionType, status corev1.ConditionStatus, reason, message string) corev1.NodeCondition {
		return corev1.NodeCondition{
			Type: kind, Status: status, Reason: reason, Message: message,
			LastHeartbeatTime: metav1.NewTime(n.beat), LastTransitionTime: seededAt,
		}
	}
	return []corev1.NodeCondition{
		condition("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
		condition("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
		condition("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
		condition("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
	}
}
