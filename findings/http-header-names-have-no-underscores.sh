#!/usr/bin/env bash
# k8s.io/apimachinery v0.37.2: the header names that Kubernetes takes for probes are letters, digits and dashes. RFC 9110 takes any token, such as
# X_Node and X.Node, and so does golang.org/x/net v0.57.0, with which Go checks the headers that it sends.
. "$(dirname "$0")/lib.bash"
go_program k8s.io/apimachinery/pkg/util/validation@v0.37.2 golang.org/x/net/http/httpguts@v0.57.0 <<'GO'
package main

import (
	"fmt"

	"golang.org/x/net/http/httpguts"
	"k8s.io/apimachinery/pkg/util/validation"
)

func main() {
	for _, name := range []string{"X-Node", "X_Node", "X.Node"} {
		fmt.Println(name, len(validation.IsHTTPHeaderName(name)) == 0, httpguts.ValidHeaderFieldName(name))
	}
}
GO
expect "whether Kubernetes and Go take a name" 'X-Node true true
X_Node false true
X.Node false true' "$(./program)"
