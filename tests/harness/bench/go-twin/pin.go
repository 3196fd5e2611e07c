package main

import (
	"context"
	"encoding/json"
	"net/http"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
)

const (
	nodeNameField  = "metadata.name"
	nodeAnnotation = "everynode.dev/node"
)

// podPinner pins DaemonSet pods to their node and lets them tolerate what DaemonSet pods have to tolerate.
type podPinner struct {
	decoder admission.Decoder
	fitter  *podFitter // nil without overlays
}

var _ admission.Handler = &podPinner{}

func (p *podPinner) Handle(ctx context.Context, req admission.Request) admission.Response {
	pod := &corev1.Pod{}
	if err := p.decoder.Decode(req, pod); err != nil {
		return admission.Errored(http.StatusBadRequest, err)
	}
	owner := metav1.GetControllerOf(pod)
	if owner == nil || owner.Kind != "DaemonSet" {
		return admission.Allowed("not a pod of a DaemonSet")
	}

	var warnings []string
	node := targetNode(pod)
	if node != "" {
		pinToNode(pod, node)
		rememberNode(pod, node)
		if p.fitter != nil {
			leftOut, err := p.fitter.fit(ctx, req.Namespace, node, pod)
			if err != nil {
				return admission.Errored(http.StatusInternalServerError, err)
			}
			warnings = append(warnings, leftOut...)
		}
	} else {
		warnings = append(warnings, "no target node found: the pod is not pinned")
	}
	tolerate(pod, corev1.TaintNodeUnschedulable)
	tolerate(pod, corev1.TaintNodeNetworkUnavailable)

	marshaled, err := json.Marshal(pod)
	if err != nil {
		return admission.Errored(http.StatusInternalServerError, err)
	}
	log.FromContext(ctx).Info("mutated pod", "daemonset", owner.Name, "node", node)
	return admission.PatchResponseFromRaw(req.Object.Raw, marshaled).WithWarnings(warnings...)
}

// targetNode returns the node a pod is meant for, or "" if nothing says so.
func targetNode(pod *corev1.Pod) string {
	if pod.Spec.NodeName != "" {
		return pod.Spec.NodeName
	}
	terms := requiredTerms(pod)
	for _, term := range terms {
		if node := singleNode(term.MatchFields); node != "" {
			return node
		}
	}
	if node := pod.Annotations[nodeAnnotation]; node != "" {
		return node
	}
	for _, term := range terms {
		if node := singleNode(term.MatchExpressions); node != "" {
			return node
		}
	}
	return ""
}

func requiredTerms(pod *corev1.Pod) []corev1.NodeSelectorTerm {
	affinity := pod.Spec.Affinity
	if affinity == nil || affinity.NodeAffinity == nil ||
		affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution == nil {
		return nil
	}
	return affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms
}

func singleNode(requirements []corev1.NodeSelectorRequirement) string {
	for _, r := range requirements {
		if r.Key == nodeNameField && r.Operator == corev1.NodeSelectorOpIn && len(r.Values) == 1 {
			return r.Values[0]
		}
	}
	return ""
}

// pinToNode adds the node to every required term, as terms are ORed; with none, it adds one.
func pinToNode(pod *corev1.Pod, node string) {
	pin := corev1.NodeSelectorRequirement{Key: nodeNameField, Operator: corev1.NodeSelectorOpIn, Values: []string{node}}

	if pod.Spec.Affinity == nil {
		pod.Spec.Affinity = &corev1.Affinity{}
	}
	if pod.Spec.Affinity.NodeAffinity == nil {
		pod.Spec.Affinity.NodeAffinity = &corev1.NodeAffinity{}
	}
	nodeAffinity := pod.Spec.Affinity.NodeAffinity
	if nodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution == nil {
		nodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution = &corev1.NodeSelector{}
	}
	required := nodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution
	if len(required.NodeSelectorTerms) == 0 {
		required.NodeSelectorTerms = []corev1.NodeSelectorTerm{{}}
	}
	for i := range required.NodeSelectorTerms {
		term := &required.NodeSelectorTerms[i]
		// As a label, metadata.name selects nothing.
		term.MatchExpressions = withoutNodeName(term.MatchExpressions)
		if singleNode(term.MatchFields) != node {
			term.MatchFields = append(term.MatchFields, pin)
		}
	}
}

// rememberNode keeps a node that the affinity named where no other webhook takes it away.
func rememberNode(pod *corev1.Pod, node string) {
	if pod.Spec.NodeName != "" {
		return
	}
	if pod.Annotations == nil {
		pod.Annotations = map[string]string{}
	}
	pod.Annotations[nodeAnnotation] = node
}

func withoutNodeName(requirements []corev1.NodeSelectorRequirement) []corev1.NodeSelectorRequirement {
	var kept []corev1.NodeSelectorRequirement
	for _, r := range requirements {
		if r.Key != nodeNameField {
			kept = append(kept, r)
		}
	}
	return kept
}

func tolerate(pod *corev1.Pod, taint string) {
	wanted := corev1.Toleration{Key: taint, Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoSchedule}
	for i := range pod.Spec.Tolerations {
		if pod.Spec.Tolerations[i].MatchToleration(&wanted) {
			return
		}
	}
	pod.Spec.Tolerations = append(pod.Spec.Tolerations, wanted)
}
