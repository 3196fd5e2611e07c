#!/usr/bin/env bash
# PyYAML 6.0.3: its loader in Python refuses a tab wherever one stands outside of quotes: between two words of a value, and in the
# indentation of JSON. Its loader on libyaml takes both, as kubectl does.
. "$(dirname "$0")/lib.bash"
python_with pyyaml==6.0.3
cat >ask.py <<'PY'
import yaml

for text in ("a: x\ty\n", '{\n\t"a": 1\n}\n'):
    for loader in (yaml.SafeLoader, yaml.CSafeLoader):
        try:
            print(loader.__name__, yaml.load(text, Loader=loader))
        except yaml.YAMLError as error:
            print(loader.__name__, error.problem)
PY
expect "a tab in a value, and one before a key of JSON" "SafeLoader found character '\\t' that cannot start any token
CSafeLoader {'a': 'x\\ty'}
SafeLoader found character '\\t' that cannot start any token
CSafeLoader {'a': 1}" "$(venv/bin/python ask.py)"
