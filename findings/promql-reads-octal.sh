#!/usr/bin/env bash
# github.com/prometheus/prometheus v0.316.0 (Prometheus 3.16): a number with a leading zero is octal if its digits allow that, so 070 is 56 and 080 is
# 80, but in a duration 070s is 70 s. github.com/VictoriaMetrics/metricsql v0.87.3, which reads the same language, refuses 080.
. "$(dirname "$0")/lib.bash"
go_program github.com/prometheus/prometheus/promql/parser@v0.316.0 github.com/VictoriaMetrics/metricsql@v0.87.3 <<'GO'
package main

import (
	"fmt"

	"github.com/VictoriaMetrics/metricsql"
	"github.com/prometheus/prometheus/promql/parser"
)

func main() {
	for _, text := range []string{"0 + 070", "0 + 080", "up[070s]"} {
		expression, err := parser.NewParser(parser.Options{}).ParseExpr(text)
		if err != nil {
			panic(err)
		}
		if sum, ok := expression.(*parser.BinaryExpr); ok {
			expression = sum.RHS
		}
		other := "refused"
		if read, err := metricsql.Parse(text); err == nil {
			other = string(read.AppendString(nil))
		}
		fmt.Println(text, "->", expression, "->", other)
	}
}
GO
expect "by Prometheus, by VictoriaMetrics" '0 + 070 -> 56 -> 56
0 + 080 -> 80 -> refused
up[070s] -> up[1m10s] -> up[070s]' "$(./program)"
