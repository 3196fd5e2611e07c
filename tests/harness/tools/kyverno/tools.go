//go:build tools

// Package tools names the program that build_binaries builds, so that go.mod and go.sum cover all it needs.
package tools

import _ "github.com/kyverno/kyverno/cmd/kyverno"
