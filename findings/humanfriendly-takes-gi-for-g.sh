#!/usr/bin/env bash
# Python's humanfriendly 10.0: of 1Gi, a quantity of memory as Kubernetes writes it, parse_size makes 10^9 bytes, without an error: only a B at the
# end makes it 2^30. Python's kubernetes 37.0.2 has 2^30.
. "$(dirname "$0")/lib.bash"
python_with humanfriendly==10.0 kubernetes==37.0.2
cat >ask.py <<'PY'
import humanfriendly
from kubernetes.utils.quantity import parse_quantity

for text in "1GiB", "1Gi", "512Mi":
    print(text, humanfriendly.parse_size(text), "" if text.endswith("B") else parse_quantity(text))
PY
expect "bytes" "1GiB 1073741824 
1Gi 1000000000 1073741824
512Mi 512000000 536870912" "$(venv/bin/python ask.py)"
