#!/usr/bin/env bash
# github.com/go-logr/logr v1.4.4: the JSON lines of its own backend (funcr.NewJSON) are no JSON if a value is NaN or infinite: they stand there bare.
# encoding/json refuses such numbers, zap, which Kubernetes' JSON logs use, writes them as text.
. "$(dirname "$0")/lib.bash"
go_program github.com/go-logr/logr/funcr@v1.4.4 <<'GO'
package main

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/go-logr/logr/funcr"
)

func main() {
	logger := funcr.NewJSON(func(line string) { fmt.Println(line, json.Valid([]byte(line))) }, funcr.Options{})
	logger.Info("m", "load", 0.5)
	logger.Info("m", "load", math.NaN())
	logger.Info("m", "load", math.Inf(1))
}
GO
expect "log lines, and whether they are JSON" '{"logger":"","level":0,"msg":"m","load":0.5} true
{"logger":"","level":0,"msg":"m","load":NaN} false
{"logger":"","level":0,"msg":"m","load":+Inf} false' "$(./program)"
