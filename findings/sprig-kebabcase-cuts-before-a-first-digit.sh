#!/usr/bin/env bash
# github.com/Masterminds/sprig/v3 v3.3.0, Helm's functions: kebabcase and snakecase cut a version in front of its digit, if it is a word of small
# letters: v1beta1 becomes v-1beta1. PodV1Beta1 becomes pod-v1-beta1, as we expected, and IPv6Only i-pv6-only.
. "$(dirname "$0")/lib.bash"
go_program github.com/Masterminds/sprig/v3@v3.3.0 <<'GO'
package main

import (
	"fmt"
	"os"
	"text/template"

	"github.com/Masterminds/sprig/v3"
)

func main() {
	both := template.Must(template.New("").Funcs(sprig.TxtFuncMap()).Parse("{{ . }} {{ kebabcase . }} {{ snakecase . }}"))
	for _, text := range []string{"v1beta1", "PodV1Beta1", "IPv6Only"} {
		if err := both.Execute(os.Stdout, text); err != nil {
			panic(err)
		}
		fmt.Println()
	}
}
GO
expect "names in kebabcase and in snakecase" 'v1beta1 v-1beta1 v_1beta1
PodV1Beta1 pod-v1-beta1 pod_v1_beta1
IPv6Only i-pv6-only i_pv6_only' "$(./program)"
