package main

import (
	"maps"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

var overlayVersion = schema.GroupVersion{Group: "everynode.dev", Version: "v1alpha1"}

// DaemonSetOverlay says what the pods of DaemonSets are made of on some of the nodes, as far as this webhook obeys it.
type DaemonSetOverlay struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec DaemonSetOverlaySpec `json:"spec"`
}

type DaemonSetOverlaySpec struct {
	// DaemonSets selects by the labels of the pods.
	DaemonSets metav1.LabelSelector `json:"daemonSets"`
	// Nodes, or all of them.
	Nodes      *metav1.LabelSelector `json:"nodes,omitempty"`
	Priority   int32                 `json:"priority,omitempty"`
	Containers []ContainerOverlay    `json:"containers,omitempty"`
}

type ContainerOverlay struct {
	// Name of a container, or "*" for all of them.
	Name      string            `json:"name"`
	Env       []OverlayVariable `json:"env,omitempty"`
	Resources ResourceFormulas  `json:"resources,omitempty"`
}

// OverlayVariable has a value, or the name of a label of the node.
type OverlayVariable struct {
	Name      string `json:"name"`
	Value     string `json:"value,omitempty"`
	NodeLabel string `json:"nodeLabel,omitempty"`
}

type ResourceFormulas struct {
	Requests Formulas `json:"requests,omitempty"`
	Limits   Formulas `json:"limits,omitempty"`
}

type Formulas map[corev1.ResourceName]Formula

// Formula is Base + PercentOfAllocatable + PerPod times the pods that the node may run, at least Min and at most Max.
type Formula struct {
	PercentOfAllocatable *resource.Quantity `json:"percentOfAllocatable,omitempty"`
	Base                 *resource.Quantity `json:"base,omitempty"`
	PerPod               *resource.Quantity `json:"perPod,omitempty"`
	Min                  *resource.Quantity `json:"min,omitempty"`
	Max                  *resource.Quantity `json:"max,omitempty"`
}

type DaemonSetOverlayList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []DaemonSetOverlay `json:"items"`
}

func addOverlaysToScheme(scheme *runtime.Scheme) {
	scheme.AddKnownTypes(overlayVersion, &DaemonSetOverlay{}, &DaemonSetOverlayList{})
	metav1.AddToGroupVersion(scheme, overlayVersion)
}

func (o *DaemonSetOverlay) DeepCopyObject() runtime.Object {
	out := &DaemonSetOverlay{TypeMeta: o.TypeMeta}
	o.ObjectMeta.DeepCopyInto(&out.ObjectMeta)
	o.Spec.deepCopyInto(&out.Spec)
	return out
}

func (l *DaemonSetOverlayList) DeepCopyObject() runtime.Object {
	out := &DaemonSetOverlayList{TypeMeta: l.TypeMeta, Items: make([]DaemonSetOverlay, len(l.Items))}
	l.ListMeta.DeepCopyInto(&out.ListMeta)
	for i := range l.Items {
		out.Items[i] = *l.Items[i].DeepCopyObject().(*DaemonSetOverlay)
	}
	return out
}

func (s *DaemonSetOverlaySpec) deepCopyInto(out *DaemonSetOverlaySpec) {
	s.DaemonSets.DeepCopyInto(&out.DaemonSets)
	out.Nodes = s.Nodes.DeepCopy()
	out.Priority = s.Priority
	out.Containers = make([]ContainerOverlay, len(s.Containers))
	for i, container := range s.Containers {
		container.Env = append([]OverlayVariable(nil), container.Env...)
		container.Resources.Requests = container.Resources.Requests.deepCopy()
		container.Resources.Limits = container.Resources.Limits.deepCopy()
		out.Containers[i] = container
	}
}

func (f Formulas) deepCopy() Formulas {
	out := maps.Clone(f)
	for name, formula := range out {
		out[name] = Formula{
			PercentOfAllocatable: copied(formula.PercentOfAllocatable),
			Base:                 copied(formula.Base),
			PerPod:               copied(formula.PerPod),
			Min:                  copied(formula.Min),
			Max:                  copied(formula.Max),
		}
	}
	return out
}

func copied(quantity *resource.Quantity) *resource.Quantity {
	if quantity == nil {
		return nil
	}
	out := quantity.DeepCopy()
	return &out
}
