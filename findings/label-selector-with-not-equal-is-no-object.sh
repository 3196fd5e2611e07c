#!/usr/bin/env bash
# k8s.io/apimachinery v0.37.2: of a label selector's text with "!=" ParseToLabelSelector makes no LabelSelector, though labels.Parse reads it, and
# "notin" with one value, which means the same, becomes one.
. "$(dirname "$0")/lib.bash"
go_program k8s.io/apimachinery/pkg/apis/meta/v1@v0.37.2 <<'GO'
package main

import (
	"fmt"

	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

func main() {
	for _, text := range []string{"a!=b", "a notin (b)"} {
		_, read := labels.Parse(text)
		_, made := meta.ParseToLabelSelector(text)
		fmt.Println(text, read, made)
	}
}
GO
expect "read, and made an object" 'a!=b <nil> "!=" is not a valid label selector operator
a notin (b) <nil> <nil>' "$(./program)"
