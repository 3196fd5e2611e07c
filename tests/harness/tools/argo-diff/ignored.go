package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/itchyny/gojq"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// rule is one of an Application's ignoreDifferences.
type rule struct {
	Group             string
	Kind              string
	JSONPointers      []string
	JQPathExpressions []string

	deletions []*gojq.Code
}

// ignored takes out of an object what an Application ignores. It and `status`, which Argo CD ignores of all by default,
// are all that Argo CD itself adds to its engine here.
type ignored []rule

func readRules(text string) (ignored, error) {
	var rules ignored
	if err := json.Unmarshal([]byte(text), &rules); err != nil {
		return nil, fmt.Errorf("ignoreDifferences: %w", err)
	}
	for i := range rules {
		paths := rules[i].JQPathExpressions
		for _, pointer := range rules[i].JSONPointers {
			paths = append(paths, asPath(pointer))
		}
		for _, path := range paths {
			query, err := gojq.Parse("del(" + path + ")")
			if err != nil {
				return nil, fmt.Errorf("%s: %w", path, err)
			}
			code, err := gojq.Compile(query)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", path, err)
			}
			rules[i].deletions = append(rules[i].deletions, code)
		}
	}
	return rules, nil
}

// Normalize is what Argo CD's engine calls for what is wanted and for what is there.
func (rules ignored) Normalize(one *unstructured.Unstructured) error {
	unstructured.RemoveNestedField(one.Object, "status")
	kind := one.GroupVersionKind()
	for _, each := range rules {
		if each.Group != kind.Group || each.Kind != kind.Kind {
			continue
		}
		if err := each.deleteFrom(one); err != nil {
			return err
		}
	}
	return nil
}

func (r rule) deleteFrom(one *unstructured.Unstructured) error {
	for _, code := range r.deletions {
		copied, err := plain(one.Object)
		if err != nil {
			return err
		}
		result, _ := code.Run(copied).Next()
		if err, failed := result.(error); failed {
			return err
		}
		one.Object = result.(map[string]any)
	}
	return nil
}

// plain is the object in the types that gojq knows.
func plain(object map[string]any) (copied map[string]any, err error) {
	text, err := json.Marshal(object)
	if err == nil {
		err = json.Unmarshal(text, &copied)
	}
	return copied, err
}

func asPath(pointer string) string {
	path := "."
	for _, part := range parts(pointer) {
		name, _ := json.Marshal(part)
		path += "[" + string(name) + "]"
	}
	return path
}

func parts(pointer string) []string {
	unescaped := strings.NewReplacer("~1", "/", "~0", "~")
	var all []string
	for _, part := range strings.Split(strings.TrimPrefix(pointer, "/"), "/") {
		all = append(all, unescaped.Replace(part))
	}
	return all
}
