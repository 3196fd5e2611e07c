#!/usr/bin/env bash
# github.com/distribution/reference v0.6.0: of node_registry.internal/agent ParseNormalizedNamed makes, without an error, a name that has no registry
# at all, neither this one nor docker.io. github.com/google/go-containerregistry v0.22.1 and oras.land/oras-go/v2 v2.7.0 take the first part for the
# registry. With a port the first one refuses it.
. "$(dirname "$0")/lib.bash"
go_program github.com/distribution/reference@v0.6.0 github.com/google/go-containerregistry@v0.22.1 oras.land/oras-go/v2@v2.7.0 <<'GO'
package main

import (
	"fmt"

	"github.com/distribution/reference"
	"github.com/google/go-containerregistry/pkg/name"
	"oras.land/oras-go/v2/registry"
)

func main() {
	for _, text := range []string{"node-registry.internal/agent", "node_registry.internal/agent", "node_registry.internal:5000/agent"} {
		fmt.Println(text)
		if named, err := reference.ParseNormalizedNamed(text); err == nil {
			fmt.Printf("  %q of %q\n", reference.Path(named), reference.Domain(named))
		} else {
			fmt.Println(" ", err)
		}
		if other, err := name.ParseReference(text); err == nil {
			fmt.Printf("  %q of %q\n", other.Context().RepositoryStr(), other.Context().RegistryStr())
		}
		if third, err := registry.ParseReference(text); err == nil {
			fmt.Printf("  %q of %q\n", third.Repository, third.Registry)
		}
	}
}
GO
expect "images, by three libraries" 'node-registry.internal/agent
  "agent" of "node-registry.internal"
  "agent" of "node-registry.internal"
  "agent" of "node-registry.internal"
node_registry.internal/agent
  "node_registry.internal/agent" of ""
  "agent" of "node_registry.internal"
  "agent" of "node_registry.internal"
node_registry.internal:5000/agent
  invalid reference format
  "agent" of "node_registry.internal:5000"
  "agent" of "node_registry.internal:5000"' "$(./program)"
