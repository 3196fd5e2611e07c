#!/usr/bin/env bash
# github.com/prometheus/alertmanager v0.35.0, with the parser that Alertmanager has by default: a matcher without quotes that ends with a closing
# brace loses it, without an error, so worker-[0-9]{2} becomes a regular expression that no such name matches. In front of another matcher it stays. A
# second equals sign is part of the value, and so are single quotes.
. "$(dirname "$0")/lib.bash"
go_program github.com/prometheus/alertmanager/matcher/compat@v0.35.0 <<'GO'
package main

import (
	"fmt"
	"log/slog"

	"github.com/prometheus/alertmanager/featurecontrol"
	"github.com/prometheus/alertmanager/matcher/compat"
)

func main() {
	compat.InitFromFlags(slog.New(slog.DiscardHandler), featurecontrol.NoopFlags{})
	for _, text := range []string{"node=~worker-[0-9]{2}", "node=~worker-[0-9]{2},job=a", `node=~"worker-[0-9]{2}"`, "node==a", "node='a'"} {
		matchers, err := compat.Matchers(text, "finding")
		if err != nil {
			panic(err)
		}
		fmt.Println(text, matchers[0], matchers[0].Matches("worker-12"))
	}
}
GO
expect "matchers, as read, and whether the first matches worker-12" 'node=~worker-[0-9]{2} node=~"worker-[0-9]{2" false
node=~worker-[0-9]{2},job=a node=~"worker-[0-9]{2}" true
node=~"worker-[0-9]{2}" node=~"worker-[0-9]{2}" true
node==a node="=a" false
node='"'a'"' node="'"'a'"'" false' "$(./program)"
