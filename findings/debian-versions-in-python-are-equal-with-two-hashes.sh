#!/usr/bin/env bash
# Python's python-debian 1.1.1: 2024.01 and 2024.1 are one version to Debian and to its Version, as 1.0 and 0:1.0 are. But their hashes differ, so a
# set holds both, and a dict does not find the other spelling. Python's documentation of __hash__ wants one hash for what is equal.
. "$(dirname "$0")/lib.bash"
python_with python-debian==1.1.1
cat >ask.py <<'PY'
from debian.debian_support import Version

for one, other in (("2024.01", "2024.1"), ("1.0", "0:1.0")):
    equal = Version(one) == Version(other)
    print(one, other, equal, len({Version(one), Version(other)}), {Version(one): "found"}.get(Version(other)))
PY
expect "two spellings: equal? how many in a set? found by the other one?" '2024.01 2024.1 True 2 None
1.0 0:1.0 True 2 None' "$(venv/bin/python ask.py)"
