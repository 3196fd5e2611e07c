#!/usr/bin/env bash
# k8s.io/apimachinery v0.37.2: the label selector "a in ()" is no error and selects what has the label a with an empty value, and "a in (x,,y)" selects
# it too. The constructor refuses an empty set, as LabelSelector does in an object.
. "$(dirname "$0")/lib.bash"
go_program k8s.io/apimachinery/pkg/labels@v0.37.2 <<'GO'
package main

import (
	"fmt"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"
)

func main() {
	for _, text := range []string{"a in ()", "a in (x,,y)"} {
		selector, err := labels.Parse(text)
		fmt.Println(text, err, selector.Matches(labels.Set{"a": ""}), selector.Matches(labels.Set{"a": "z"}))
	}
	_, err := labels.NewRequirement("a", selection.In, nil)
	fmt.Println(err)
}
GO
expect "an empty value, and another one" 'a in () <nil> true false
a in (x,,y) <nil> true false
values: Invalid value: null: for '"'in', 'notin'"' operators, values set can'"'"'t be empty' "$(./program)"
