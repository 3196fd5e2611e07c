#!/usr/bin/env bash
# Python's netutils 1.19.2: of an IPv6 network get_usable_range leaves out the last address, as if that were for broadcasts, which IPv6 has not, says
# RFC 4291 in section 2; the first one is left out, too, as the routers' own. Python's own ipaddress, which it stands on, has the last one among hosts().
. "$(dirname "$0")/lib.bash"
python_with netutils==1.19.2
expect "usable addresses of fd00::/126, and the last host in Python's ipaddress" 'fd00::1 - fd00::2
fd00::3' "$(venv/bin/python -c 'import ipaddress, netutils.ip
print(netutils.ip.get_usable_range("fd00::/126"))
print(list(ipaddress.ip_network("fd00::/126").hosts())[-1])')"
