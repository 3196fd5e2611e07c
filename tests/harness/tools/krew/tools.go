//go:build tools

// Package tools names the programs that build_binaries builds, so that go.mod and go.sum cover all they need.
package tools

import (
	_ "sigs.k8s.io/krew/cmd/krew"
	_ "sigs.k8s.io/krew/cmd/validate-krew-manifest"
)
