#!/usr/bin/env bash
# go.opentelemetry.io/collector/confmap v1.71.0: the Collector's configuration is strict about types, a text is no number. Yet a port of 70000 becomes
# 4464 in a uint16, and 1.9 becomes 1 in an int, without an error. Go's encoding/json refuses both.
. "$(dirname "$0")/lib.bash"
go_program go.opentelemetry.io/collector/confmap@v1.71.0 <<'GO'
package main

import (
	"encoding/json"
	"fmt"

	"go.opentelemetry.io/collector/confmap"
)

type settings struct {
	Port    uint16 `mapstructure:"port"`
	Workers int    `mapstructure:"workers"`
}

func main() {
	for _, values := range []map[string]any{{"port": 70000}, {"workers": 1.9}, {"workers": "1"}} {
		var read, other settings
		err := confmap.NewFromStringMap(values).Unmarshal(&read)
		text, _ := json.Marshal(values)
		fmt.Println(read, err == nil, json.Unmarshal(text, &other) == nil)
	}
}
GO
expect "port 70000, 1.9 workers and the text 1: what is read, whether confmap is content, and encoding/json" '{4464 0} true false
{0 1} true false
{0 0} false false' "$(./program)"
