//go:build tools

// Package tools names the programs that build_binaries builds, so that go.mod and go.sum cover all it needs.
package tools

import (
	_ "github.com/prometheus/prometheus/cmd/prometheus"
	_ "github.com/prometheus/prometheus/cmd/promtool"
)
