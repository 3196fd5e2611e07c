#!/usr/bin/env bash
# k8s.io/component-base v0.37.2, the flags of Kubernetes' programs: --feature-gates=AllAlpha=true cannot be taken back by a later
# --feature-gates=AllAlpha=false: each gate stays as the first one has set it, though AllAlpha itself is off. Within one flag the last one counts, and
# a gate by its own name can be taken back.
. "$(dirname "$0")/lib.bash"
go_program k8s.io/component-base/featuregate@v0.37.2 <<'GO'
package main

import (
	"fmt"
	"strings"

	"k8s.io/component-base/featuregate"
)

func main() {
	for _, flags := range []string{"AllAlpha=true AllAlpha=false", "AllAlpha=true,AllAlpha=false", "New=true New=false"} {
		gates := featuregate.NewFeatureGate()
		if err := gates.Add(map[featuregate.Feature]featuregate.FeatureSpec{"New": {PreRelease: featuregate.Alpha}}); err != nil {
			panic(err)
		}
		for _, flag := range strings.Fields(flags) {
			if err := gates.Set(flag); err != nil {
				panic(err)
			}
		}
		fmt.Println(flags, "-> AllAlpha", gates.Enabled("AllAlpha"), "New", gates.Enabled("New"))
	}
}
GO
expect "gates after one flag or two" 'AllAlpha=true AllAlpha=false -> AllAlpha false New true
AllAlpha=true,AllAlpha=false -> AllAlpha false New false
New=true New=false -> AllAlpha false New false' "$(./program)"
