#!/usr/bin/env bash
# sigs.k8s.io/kustomize/api v0.21.1: of a ConfigMap's `literals` it takes quotes around the value off, of the lines of `envs` it does not, nor does
# `kubectl create configmap --from-literal` or --from-env-file. "export A=b" in such a file makes a key with a space, which a ConfigMap may not have.
. "$(dirname "$0")/lib.bash"
go_program sigs.k8s.io/kustomize/api/krusty@v0.21.1 <<'GO'
package main

import (
	"fmt"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

func main() {
	files := filesys.MakeFsInMemory()
	files.WriteFile("/kustomization.yaml", []byte(`
generatorOptions: {disableNameSuffixHash: true}
configMapGenerator: [{name: c, envs: [env], literals: ['LITERAL="a"', 'SINGLE=''a''']}]
`))
	files.WriteFile("/env", []byte("ENV=\"a\"\nexport EXPORTED=a\n"))
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(files, "/")
	if err != nil {
		panic(err)
	}
	text, err := built.AsYaml()
	fmt.Print(string(text), err)
}
GO
expect "a ConfigMap" 'apiVersion: v1
data:
  ENV: '"'"'"a"'"'"'
  LITERAL: a
  SINGLE: a
  export EXPORTED: a
kind: ConfigMap
metadata:
  name: c
<nil>' "$(./program)"
