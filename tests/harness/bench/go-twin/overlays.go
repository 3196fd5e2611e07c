package main

import (
	"context"
	"fmt"
	"hash/fnv"
	"io"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/rand"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const (
	stampAnnotation = "everynode.dev/overlays"
	allContainers   = "*"
)

// podFitter changes pods as the overlays of their namespace say for their node.
type podFitter struct {
	objects client.Reader
}

// fit returns warnings: about each overlay that selects the pod and cannot be obeyed, and so is left out as a whole.
func (f *podFitter) fit(ctx context.Context, namespace, nodeName string, pod *corev1.Pod) ([]string, error) {
	var overlays DaemonSetOverlayList
	if err := f.objects.List(ctx, &overlays, client.InNamespace(namespace)); err != nil {
		return nil, err
	}
	if len(overlays.Items) == 0 {
		return nil, nil
	}
	node := &corev1.Node{}
	if err := f.objects.Get(ctx, types.NamespacedName{Name: nodeName}, node); err != nil {
		return []string{fmt.Sprintf("left out overlays: %v", err)}, client.IgnoreNotFound(err)
	}

	// What wins is done last.
	slices.SortFunc(overlays.Items, func(a, b DaemonSetOverlay) int {
		if a.Spec.Priority != b.Spec.Priority {
			return int(a.Spec.Priority) - int(b.Spec.Priority)
		}
		return strings.Compare(b.Name, a.Name)
	})
	var warnings, stamps []string
	for i := range overlays.Items {
		overlay := &overlays.Items[i]
		selected, err := selects(overlay, pod, node)
		if err != nil {
			return nil, err
		}
		if !selected {
			continue
		}
		stamp, err := overlay.apply(pod, node)
		if err != nil {
			warnings = append(warnings, fmt.Sprintf("left out overlay %s: %v", overlay.Name, err))
			continue
		}
		stamps = append(stamps, overlay.Name+"@"+stamp)
	}
	if len(stamps) > 0 {
		metav1.SetMetaDataAnnotation(&pod.ObjectMeta, stampAnnotation, strings.Join(stamps, ","))
	}
	return warnings, nil
}

func selects(overlay *DaemonSetOverlay, pod *corev1.Pod, node *corev1.Node) (bool, error) {
	pods, err := metav1.LabelSelectorAsSelector(&overlay.Spec.DaemonSets)
	if err != nil || !pods.Matches(labels.Set(pod.Labels)) {
		return false, err
	}
	if overlay.Spec.Nodes == nil {
		return true, nil
	}
	nodes, err := metav1.LabelSelectorAsSelector(overlay.Spec.Nodes)
	return err == nil && nodes.Matches(labels.Set(node.Labels)), err
}

// apply changes the pod and returns a hash of what it set. On an error the pod is as it was.
func (o *DaemonSetOverlay) apply(pod *corev1.Pod, node *corev1.Node) (string, error) {
	hash := fnv.New64a()
	containers := slices.Clone(pod.Spec.Containers)
	for _, byName := range []bool{false, true} { // what is said of one container goes before what is said of all
		for i := range o.Spec.Containers {
			wanted := &o.Spec.Containers[i]
			if (wanted.Name != allContainers) != byName {
				continue
			}
			found := false
			for j := range containers {
				if byName && containers[j].Name != wanted.Name {
					continue
				}
				found = true
				if err := wanted.apply(&containers[j], node, hash); err != nil {
					return "", err
				}
			}
			if !found {
				return "", fmt.Errorf("the pod has no container %q", wanted.Name)
			}
		}
	}
	for i := range containers {
		if err := checkRequests(&containers[i]); err != nil {
			return "", err
		}
	}
	pod.Spec.Containers = containers
	return rand.SafeEncodeString(fmt.Sprint(hash.Sum64())), nil
}

// apply leaves alone what the container shares with others.
func (c *ContainerOverlay) apply(container *corev1.Container, node *corev1.Node, hash io.Writer) error {
	if len(c.Env) > 0 {
		container.Env = slices.Clone(container.Env)
	}
	for i := range c.Env {
		variable := corev1.EnvVar{Name: c.Env[i].Name, Value: c.Env[i].valueOn(node)}
		setVariable(container, variable)
		note(hash, container.Name, "env", variable.Name, variable.Value)
	}
	var err error
	resources := &container.Resources
	if resources.Limits, err = c.Resources.Limits.on(node, resources.Limits, hash, container.Name, "limits"); err != nil {
		return err
	}
	resources.Requests, err = c.Resources.Requests.on(node, resources.Requests, hash, container.Name, "requests")
	return err
}

// valueOn escapes what a label says, as the kubelet expands $(NAME).
func (v *OverlayVariable) valueOn(node *corev1.Node) string {
	if v.NodeLabel == "" {
		return v.Value
	}
	return strings.ReplaceAll(node.Labels[v.NodeLabel], "$", "$$")
}

// setVariable replaces the last one of this name, which is the one that counts.
func setVariable(container *corev1.Container, variable corev1.EnvVar) {
	for i := len(container.Env) - 1; i >= 0; i-- {
		if container.Env[i].Name == variable.Name {
			container.Env[i] = variable
			return
		}
	}
	container.Env = append(container.Env, variable)
}

// on returns a copy of the container's own amounts with those that the formulas say.
func (f Formulas) on(
	node *corev1.Node, own corev1.ResourceList, hash io.Writer, place ...string,
) (corev1.ResourceList, error) {
	if len(f) == 0 {
		return own, nil
	}
	out := make(corev1.ResourceList, len(own)+len(f))
	for name, amount := range own {
		out[name] = amount
	}
	for _, name := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory, corev1.ResourceEphemeralStorage} {
		formula, wanted := f[name]
		if !wanted {
			continue
		}
		amount, err := formula.on(name, node)
		if err != nil {
			return nil, err
		}
		out[name] = amount
		note(hash, append(place, string(name), amount.String())...)
	}
	return out, nil
}

// on rounds up to a thousandth of a core, or to a byte.
func (f *Formula) on(name corev1.ResourceName, node *corev1.Node) (resource.Quantity, error) {
	format, scale := resource.BinarySI, resource.Scale(0)
	if name == corev1.ResourceCPU {
		format, scale = resource.DecimalSI, resource.Milli
	}
	var total resource.Quantity
	if f.Base != nil {
		total.Add(*f.Base)
	}
	if f.PercentOfAllocatable != nil {
		whole, known := node.Status.Allocatable[name]
		if !known {
			return total, fmt.Errorf("node %s has no allocatable %s", node.Name, name)
		}
		total.Add(*percentOf(&whole, f.PercentOfAllocatable, scale))
	}
	if f.PerPod != nil {
		pods, known := node.Status.Allocatable[corev1.ResourcePods]
		if !known {
			return total, fmt.Errorf("node %s has no allocatable pods", node.Name)
		}
		each := f.PerPod.DeepCopy()
		each.Mul(pods.Value())
		total.Add(each)
	}
	total.RoundUp(scale)
	total.Format = format
	if f.Min != nil && total.Cmp(*f.Min) < 0 {
		total = f.Min.DeepCopy()
	}
	if f.Max != nil && total.Cmp(*f.Max) > 0 {
		total = f.Max.DeepCopy()
	}
	return total, nil
}

func percentOf(whole, percent *resource.Quantity, scale resource.Scale) *resource.Quantity {
	const thousandths = 100 * 1000
	share := whole.ScaledValue(scale) * percent.MilliValue()
	return resource.NewScaledQuantity((share+thousandths-1)/thousandths, scale)
}

func checkRequests(container *corev1.Container) error {
	for name, request := range container.Resources.Requests {
		if limit, limited := container.Resources.Limits[name]; limited && request.Cmp(limit) > 0 {
			return fmt.Errorf("container %s would request %s of %s, above its limit of %s",
				container.Name, request.String(), name, limit.String())
		}
	}
	return nil
}

func note(hash io.Writer, parts ...string) {
	for _, part := range parts {
		io.WriteString(hash, part)
		io.WriteString(hash, "\n")
	}
}
