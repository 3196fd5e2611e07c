#!/usr/bin/env bash
# sigs.k8s.io/descheduler v0.36.0 as a Go module: its go.mod requires k8s.io/kube-openapi v0.31.0, a version that there is none of, and replaces it. A
# replacement counts for the main module only, so whoever imports a package of it cannot build it without the same replacement.
. "$(dirname "$0")/lib.bash"
attempt() (
  go_program sigs.k8s.io/descheduler/pkg/api@v0.36.0 <<'GO'
package main

import (
	"fmt"

	"sigs.k8s.io/descheduler/pkg/api"
)

func main() { fmt.Println(api.SchemeGroupVersion) }
GO
)
expect "what Go misses" "k8s.io/kube-openapi@v0.31.0" "$(attempt | grep --only-matching --max-count 1 'k8s.io/kube-openapi@v0.31.0')"
