#!/usr/bin/env bash
# npm's kubernetes-resource-parser 0.1.0: a memory quantity ends at its dot, and the unit behind it is lost: 1.5Gi is 1 byte, and 0.5Gi none. Nor has a
# CPU quantity any unit but m: 1k is 1. k8s.io/apimachinery v0.37.2, where quantities come from, reads them all.
. "$(dirname "$0")/lib.bash"
go_program k8s.io/apimachinery/pkg/api/resource@v0.37.2 <<'GO'
package main

import (
	"fmt"
	"os"

	"k8s.io/apimachinery/pkg/api/resource"
)

func main() {
	for _, text := range os.Args[1:] {
		quantity := resource.MustParse(text)
		fmt.Print(quantity.Value(), " ")
	}
}
GO
npm_with kubernetes-resource-parser@0.1.0
cat >ask.mjs <<'JS'
import parser from 'kubernetes-resource-parser';

console.log(parser.memoryParser('1Gi'), parser.memoryParser('1.5Gi'), parser.memoryParser('0.5Gi'), parser.cpuParser('1k'));
JS
expect "1Gi, 1.5Gi, 0.5Gi of memory and 1k of CPU in JavaScript" '1073741824 1 0 1' "$(node ask.mjs)"
expect "in Go" '1073741824 1610612736 536870912 1000 ' "$(./program 1Gi 1.5Gi 0.5Gi 1k)"
