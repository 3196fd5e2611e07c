#!/usr/bin/env bash
# Python's opentelemetry-api 1.45.2: a plus in the header baggage, which stands for itself, is read as a space, and a space is written as a plus.
# go.opentelemetry.io/otel v1.44.0 writes and reads it as it is, so a value with a space or a plus is another one on the other side. Python also drops
# spaces at the ends of a value, though they are escaped.
. "$(dirname "$0")/lib.bash"
python_with opentelemetry-api==1.45.2
go_program go.opentelemetry.io/otel/baggage@v1.44.0 <<'GO'
package main

import (
	"fmt"
	"os"

	"go.opentelemetry.io/otel/baggage"
)

func main() {
	for _, text := range os.Args[1:] {
		all, err := baggage.Parse(text)
		if err != nil {
			panic(err)
		}
		fmt.Printf("%s is %q\n", text, all.Member("a").Value())
	}
}
GO
cat >ask.py <<'PY'
import sys

from opentelemetry import baggage
from opentelemetry.baggage.propagation import W3CBaggagePropagator

for text in sys.argv[1:]:
    value = baggage.get_baggage("a", W3CBaggagePropagator().extract({"baggage": text}))
    print(text, "is", '"' + value + '"')
carrier = {}
W3CBaggagePropagator().inject(carrier, baggage.set_baggage("a", "1 + 2"))
print(carrier)
PY
expect "read by Python, and written" 'a=1.0+build is "1.0 build"
a=%20x is "x"
a=1%20+%202 is "1   2"
'"{'baggage': 'a=1+%2B+2'}" "$(venv/bin/python ask.py a=1.0+build a=%20x a=1%20+%202)"
expect "read by Go" 'a=1.0+build is "1.0+build"
a=%20x is " x"
a=1%20+%202 is "1 + 2"' "$(./program a=1.0+build a=%20x a=1%20+%202)"
