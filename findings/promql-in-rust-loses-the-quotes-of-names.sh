#!/usr/bin/env bash
# Rust's promql-parser, as Python's promql-parser 0.11.0 brings it: it reads names in quotes, as Prometheus 3 has them for what OpenTelemetry calls
# k8s.node.name, and writes them without. What it writes it does not read.
. "$(dirname "$0")/lib.bash"
python_with promql-parser==0.11.0
cat >ask.py <<'PY'
import promql_parser

for text in 'up{"k8s.node.name"="a"}', 'up{node="a"}':
    written = str(promql_parser.parse(text))
    try:
        print(written, "is", str(promql_parser.parse(written)))
    except ValueError:
        print(written, "is refused")
PY
expect "what it writes, and makes of it" 'up{k8s.node.name="a"} is refused
up{node="a"} is up{node="a"}' "$(venv/bin/python ask.py)"
