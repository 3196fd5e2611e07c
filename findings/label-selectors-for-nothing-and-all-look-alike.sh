#!/usr/bin/env bash
# k8s.io/apimachinery v0.37.2: FormatLabelSelector writes "<none>" for no selector, which selects nothing, and for an empty one, which selects all.
. "$(dirname "$0")/lib.bash"
go_program k8s.io/apimachinery/pkg/apis/meta/v1@v0.37.2 <<'GO'
package main

import (
	"fmt"

	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

func main() {
	for _, one := range []*meta.LabelSelector{nil, {}} {
		selector, err := meta.LabelSelectorAsSelector(one)
		fmt.Println(meta.FormatLabelSelector(one), selector.Matches(labels.Set{"a": "b"}), err)
	}
}
GO
expect "written, and whether it selects something" '<none> false <nil>
<none> true <nil>' "$(./program)"
