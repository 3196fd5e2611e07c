#!/usr/bin/env bash
# Python's jc 1.26.1, which makes JSON of what Linux' tools print: in the output of `ip route` the type of a route stands in front of what it leads
# to, as of the blackhole routes that network plugins set on each node. The type becomes the destination, and the destination is lost, without an
# error.
. "$(dirname "$0")/lib.bash"
python_with jc==1.26.1
cat >routes <<'TXT'
default via 192.0.2.1 dev eth0 proto dhcp metric 100
blackhole 10.244.1.0/26 proto 80
unreachable default dev lo metric 4294967295
TXT
expect "routes" "{'ip': 'default', 'via': '192.0.2.1', 'dev': 'eth0', 'proto': 'dhcp', 'metric': 100}
{'ip': 'blackhole', 'proto': '80'}
{'ip': 'unreachable', 'dev': 'lo', 'metric': 4294967295}" "$(venv/bin/python -c 'import sys, jc
for route in jc.parse("ip_route", sys.stdin.read()):
    print(route)' <routes)"
