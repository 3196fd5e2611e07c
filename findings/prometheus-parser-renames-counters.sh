#!/usr/bin/env bash
# Python's prometheus_client 0.26.0: its parser of the text format gives a counter's samples the suffix _total if they have none, although the format
# asks for no suffix. What it reads as http_requests is another time series when it writes it.
. "$(dirname "$0")/lib.bash"
python_with prometheus_client==0.26.0
cat >ask.py <<'PY'
from prometheus_client.parser import text_string_to_metric_families

for kind in ("counter", "gauge"):
    for family in text_string_to_metric_families(f"# TYPE http_requests {kind}\nhttp_requests 7\n"):
        print(kind, [(sample.name, sample.value) for sample in family.samples])
PY
expect "http_requests as a counter and as a gauge" "counter [('http_requests_total', 7)]
gauge [('http_requests', 7)]" "$(venv/bin/python ask.py)"
