#!/usr/bin/env bash
# Python's syslog-rfc5424-parser 0.3.2: it minds that \" and \] end no value of the structured data, but leaves the backslashes in the value.
# github.com/leodido/go-syslog/v4 v4.6.0 takes them out, as RFC 5424 says.
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
	fmt.Println((*message.(*rfc5424.SyslogMessage).StructuredData)["x@1"]["a"])
}
GO
python_with syslog-rfc5424-parser==0.3.2
line='<34>1 2026-01-01T00:00:00Z node1 agent 1 start [x@1 a="[\"agent\"\]"] hello'
expect "Go" '["agent"]' "$(./program "$line")"
expect "Python" '[\"agent\"\]' "$(venv/bin/python -c 'import sys, syslog_rfc5424_parser
print(syslog_rfc5424_parser.SyslogMessage.parse(sys.argv[1]).sd["x@1"]["a"])' "$line")"
