#!/usr/bin/env bash
# RFC 5424 lets a parameter of the structured data occur several times, as `ip` does for a host with several addresses.
# github.com/leodido/go-syslog/v4 v4.6.0, Python's syslog-rfc5424-parser 0.3.2 and npm's glossy 0.1.7 keep the last one only, without an error.
. "$(dirname "$0")/lib.bash"
go_program github.com/leodido/go-syslog/v4/rfc5424@v4.6.0 <<'GO'
package main

import (
	"fmt"
	"os"

	"github.com/leodido/go-syslog/v4/rfc5424"
)

func main() {
	message, err := rfc5424.NewParser().Parse([]byte(os.Args[1]))
	if err != nil {
		panic(err)
	}
	fmt.Println(*message.(*rfc5424.SyslogMessage).StructuredData)
}
GO
python_with syslog-rfc5424-parser==0.3.2
npm_with glossy@0.1.7
cat >ask.mjs <<'JS'
import glossy from 'glossy';

glossy.Parse.parse(process.argv[2], (message) => console.log(JSON.stringify(message.structuredData)));
JS
line='<34>1 2026-01-01T00:00:00Z node1 agent 1 start [origin ip="192.0.2.1" ip="192.0.2.129"] hello'
expect "Go" 'map[origin:map[ip:192.0.2.129]]' "$(./program "$line")"
expect "Python" "{'origin': {'ip': '192.0.2.129'}}" "$(venv/bin/python -c 'import sys, syslog_rfc5424_parser
print(syslog_rfc5424_parser.SyslogMessage.parse(sys.argv[1]).sd)' "$line")"
expect "JavaScript" '{"origin":{"ip":"192.0.2.129"}}' "$(node ask.mjs "$line")"
