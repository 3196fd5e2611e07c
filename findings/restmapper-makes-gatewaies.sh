#!/usr/bin/env bash
# k8s.io/apimachinery v0.37.2: what turns a kind into a resource where there is no API server to ask (the fake clients, the default RESTMapper) makes
# -ies of every final y: Gateway, a kind of Kubernetes' own Gateway API, becomes gatewaies. Endpoints has an exception.
. "$(dirname "$0")/lib.bash"
go_program k8s.io/apimachinery/pkg/api/meta@v0.37.2 k8s.io/apimachinery/pkg/runtime/schema@v0.37.2 <<'GO'
package main

import (
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

func main() {
	for _, kind := range []string{"NetworkPolicy", "Endpoints", "Ingress", "Gateway", "Switch"} {
		plural, _ := meta.UnsafeGuessKindToResource(schema.GroupVersionKind{Kind: kind})
		fmt.Println(kind, plural.Resource)
	}
}
GO
expect "kinds and resources" 'NetworkPolicy networkpolicies
Endpoints endpoints
Ingress ingresses
Gateway gatewaies
Switch switchs' "$(./program)"
