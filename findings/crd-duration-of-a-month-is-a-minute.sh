#!/usr/bin/env bash
# k8s.io/kube-openapi v0.0.0-20260721132016-d427ff9ee9ad, whose strfmt checks `format: duration` of a CRD: JSON Schema means ISO 8601 by it. Here
# P1M, a month, is a minute, P1DT2H is two hours, "1.5 days" is five days, and P1Y is refused.
. "$(dirname "$0")/lib.bash"
go_program k8s.io/kube-openapi/pkg/validation/strfmt@v0.0.0-20260721132016-d427ff9ee9ad <<'GO'
package main

import (
	"fmt"

	"k8s.io/kube-openapi/pkg/validation/strfmt"
)

func main() {
	for _, text := range []string{"PT5M", "P1M", "P1DT2H", "P1Y", "1.5 days", "all of 3 weeks"} {
		duration, err := strfmt.ParseDuration(text)
		fmt.Println(text, "->", duration, err == nil, strfmt.Default.Validates("duration", text))
	}
}
GO
expect "durations, and whether the format takes them" 'PT5M -> 5m0s true true
P1M -> 1m0s true true
P1DT2H -> 2h0m0s true true
P1Y -> 0s false false
1.5 days -> 120h0m0s true true
all of 3 weeks -> 504h0m0s true true' "$(./program)"
