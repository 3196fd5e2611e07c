#!/usr/bin/env bash
# npm's ip6addr 0.2.5: it writes :: for a single zero field too, which RFC 5952 forbids in 4.2.2. So its texts are others than those of Go, Python and
# npm's ipaddr.js 2.5.0 and ip-address 10.7.6 for the same address.
. "$(dirname "$0")/lib.bash"
npm_with ip6addr@0.2.5 ipaddr.js@2.5.0 ip-address@10.7.6
cat >ask.mjs <<'JS'
import ip6addr from 'ip6addr';
import ipaddr from 'ipaddr.js';
import { Address6 } from 'ip-address';

const address = process.argv[2];
console.log(ip6addr.parse(address).toString(), ipaddr.parse(address).toRFC5952String(), new Address6(address).correctForm());
JS
address=2001:db8:0:1:1:1:1:1
expect "$address in ip6addr, ipaddr.js and ip-address" '2001:db8::1:1:1:1:1 2001:db8:0:1:1:1:1:1 2001:db8:0:1:1:1:1:1' "$(node ask.mjs $address)"
expect "in Python" '2001:db8:0:1:1:1:1:1' "$(python3 -c 'import ipaddress, sys; print(ipaddress.ip_address(sys.argv[1]))' $address)"
