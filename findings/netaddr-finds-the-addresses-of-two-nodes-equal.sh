#!/usr/bin/env bash
# Python's netaddr 1.3.0: it reads an interface's address with its prefix length, 10.0.0.5/24, and keeps both; but it compares the networks alone. So
# the addresses of two nodes are equal, and a set of both holds one. Python's own ip_interface has them unequal.
. "$(dirname "$0")/lib.bash"
python_with netaddr==1.3.0
cat >ask.py <<'PY'
import ipaddress

import netaddr

for kind in netaddr.IPNetwork, ipaddress.ip_interface:
    one, other = kind("10.0.0.5/24"), kind("10.0.0.6/24")
    print(kind.__name__, one.ip, other.ip, one == other, len({one, other}))
PY
expect "two addresses, whether they are equal, and how many a set has" "IPNetwork 10.0.0.5 10.0.0.6 True 1
ip_interface 10.0.0.5 10.0.0.6 False 2" "$(venv/bin/python ask.py)"
