#!/usr/bin/env bash
# k8s.io/apimachinery v0.37.2: a name that is valid as a DNS subdomain, as those of nodes must be, need not be one: its labels may have more than the
# 63 characters of RFC 1035. The same module's IsFullyQualifiedDomainName refuses it.
. "$(dirname "$0")/lib.bash"
go_program k8s.io/apimachinery/pkg/util/validation@v0.37.2 <<'GO'
package main

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
)

func main() {
	name := strings.Repeat("n", 64) + ".example"
	fmt.Println(len(validation.IsDNS1123Subdomain(name)), len(validation.IsFullyQualifiedDomainName(nil, name)))
}
GO
expect "errors about a label of 64 characters, as a subdomain and as a domain name" '0 1' "$(./program)"
