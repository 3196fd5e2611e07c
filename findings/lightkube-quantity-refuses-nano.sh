#!/usr/bin/env bash
# Python's lightkube 1.0.1: its parse_quantity knows no n and no u, so it refuses the CPU use of a pod as metrics-server reports it (156340n), and
# takes 12e6, but not 12E6. Python's kubernetes 37.0.2 reads all of them.
. "$(dirname "$0")/lib.bash"
python_with kubernetes==37.0.2 lightkube==1.0.1
cat >ask.py <<'PY'
from kubernetes.utils.quantity import parse_quantity as kubernetes
from lightkube.utils.quantity import parse_quantity as lightkube

for text in ("156340n", "250u", "100m", "12e6", "12E6"):
    try:
        print(text, float(kubernetes(text)), float(lightkube(text)))
    except ValueError as error:
        print(text, float(kubernetes(text)), error)
PY
expect "quantities in kubernetes and in lightkube" "156340n 0.00015634 Invalid unit suffix: n
250u 0.00025 Invalid unit suffix: u
100m 0.1 0.1
12e6 12000000.0 12000000.0
12E6 12000000.0 Invalid unit suffix: E6" "$(venv/bin/python ask.py)"
