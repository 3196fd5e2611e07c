#!/usr/bin/env bash
# k8s.io/apimachinery v0.37.2: a label selector may have spaces around its operators and commas, a field selector keeps them. "a = b , c = d" asks for
# the fields "a " and " c " and the value " b ", without an error of the parser.
. "$(dirname "$0")/lib.bash"
go_program k8s.io/apimachinery/pkg/fields@v0.37.2 k8s.io/apimachinery/pkg/labels@v0.37.2 <<'GO'
package main

import (
	"fmt"

	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
)

func main() {
	const text = "a = b , c = d"
	byLabels, err := labels.Parse(text)
	if err != nil {
		panic(err)
	}
	requirements, _ := byLabels.Requirements()
	for _, each := range requirements {
		fmt.Printf("label %q is %q\n", each.Key(), each.Values().List())
	}
	byFields, err := fields.ParseSelector(text)
	if err != nil {
		panic(err)
	}
	for _, each := range byFields.Requirements() {
		fmt.Printf("field %q is %q\n", each.Field, each.Value)
	}
	fmt.Println(byLabels.Matches(labels.Set{"a": "b", "c": "d"}), byFields.Matches(fields.Set{"a": "b", "c": "d"}))
}
GO
expect "a = b , c = d as a label selector and as a field selector" 'label "a" is ["b"]
label "c" is ["d"]
field " c " is " d"
field "a " is " b "
true false' "$(./program)"
