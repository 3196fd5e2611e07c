#!/usr/bin/env bash
# VRL, the language of the log agent Vector, as Python's vrl-python 0.1.0 brings it: of logfmt's `user= method=GET` parse_logfmt and parse_key_value make
# a user called "method=GET", and no method. encode_logfmt writes an empty text so, which is lost with its neighbour when it is read.
# github.com/go-logfmt/logfmt v0.6.1 reads an empty value.
. "$(dirname "$0")/lib.bash"
python_with vrl-python==0.1.0
go_program github.com/go-logfmt/logfmt@v0.6.1 <<'GO'
package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/go-logfmt/logfmt"
)

func main() {
	decoder := logfmt.NewDecoder(strings.NewReader(os.Args[1]))
	for decoder.ScanRecord() {
		for decoder.ScanKeyval() {
			fmt.Printf("%s:%q ", decoder.Key(), decoder.Value())
		}
	}
	fmt.Println(decoder.Err())
}
GO
cat >ask.py <<'PY'
import sys

from vrl_python import VRLRuntime


def asked(program: str, line: object) -> object:
    return VRLRuntime.run(program, {"line": line}, "UTC").processed_event["answer"]


print(asked(".answer = parse_logfmt!(.line)", sys.argv[1]))
print(asked(".answer = parse_key_value!(.line)", sys.argv[1]))
print(asked(".answer = parse_logfmt!(encode_logfmt!(.line))", {"method": "GET", "user": "", "zone": "b"}))
PY
expect "parse_logfmt, parse_key_value; what it writes of a method, an empty user and a zone, read again" "{'user': 'method=GET'}
{'user': 'method=GET'}
{'method': 'GET', 'user': 'zone=b'}" "$(venv/bin/python ask.py 'user= method=GET')"
expect "in Go" 'user:"" method:"GET" <nil>' "$(./program 'user= method=GET')"
