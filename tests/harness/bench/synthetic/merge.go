package main

import (
	"encoding/json"
	"errors"
	"strconv"

	appsv1 "k8s.io/api/apps/v1"
	apiequality "k8s.io/apimachinery/pkg/api/equality"
)

var errConflict = errors.New("the object has been modified; please apply your changes to the latest version and try again")

// mergeParts returns a new object: of a DaemonSet a request writes either the status or the rest.
func mergeParts(before, wanted object, subresource string) (object, error) {
	merged := wanted.DeepCopyObject().(object)
	if set, isSet := merged.(*appsv1.DaemonSet); isSet {
		old := before.(*appsv1.DaemonSet)
		if subresource == "status" {
			status := set.Status
			set = old.DeepCopy()
			set.Status = status
		} else {
			set.Status, set.Generation = old.Status, old.Generation
			if !apiequality.Semantic.DeepEqual(set.Spec, old.Spec) {
				set.Generation++
			}
			countTemplates(set, old)
		}
		merged = set
	}
	merged.SetUID(before.GetUID())
	merged.SetCreationTimestamp(before.GetCreationTimestamp())
	return merged, nil
}

// countTemplates counts changes of the template in an annotation, as the API server does: controllers go by it too.
func countTemplates(set, old *appsv1.DaemonSet) {
	count, _ := strconv.Atoi(old.Annotations[appsv1.DeprecatedTemplateGeneration]) // 0 where it is no number
	if !apiequality.Semantic.DeepEqual(set.Spec.Template, old.Spec.Template) {
		count++
	}
	if set.Annotations == nil {
		set.Annotations = map[string]string{}
	}
	set.Annotations[appsv1.DeprecatedTemplateGeneration] = strconv.Itoa(count)
}

// mergePatch is RFC 7386.
func mergePatch(text, patch []byte) ([]byte, error) {
	var target, changes map[string]any
	if err := json.Unmarshal(text, &target); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(patch, &changes); err != nil {
		return nil, err
	}
	return json.Marshal(merge(target, changes))
}

func merge(target, changes map[string]any) map[string]any {
	if target == nil {
		target = map[string]any{}
	}
	for name, value := range changes {
		inner, isObject := value.(map[string]any)
		switch {
		case value == nil:
			delete(target, name)
		case isObject:
			known, _ := target[name].(map[string]any)
			target[name] = merge(known, inner)
		default:
			target[name] = value
		}
	}
	return target
}
