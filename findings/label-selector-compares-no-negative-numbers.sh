#!/usr/bin/env bash
# k8s.io/apimachinery v0.37.2: a label selector compares with whole numbers, but not with negative ones. "a>-1" is refused, since -1 could be no
# label's value, though 0 and 5 are to be compared with it.
. "$(dirname "$0")/lib.bash"
go_program k8s.io/apimachinery/pkg/labels@v0.37.2 <<'GO'
package main

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/labels"
)

func main() {
	for _, text := range []string{"a>0", "a>-1"} {
		_, err := labels.Parse(text)
		said, _, _ := strings.Cut(fmt.Sprint(err), " consist")
		fmt.Println(text, said)
	}
}
GO
expect "comparisons" 'a>0 <nil>
a>-1 unable to parse requirement: values[0][a]: Invalid value: "-1": a valid label must be an empty string or' "$(./program)"
