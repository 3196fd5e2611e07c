#!/usr/bin/env bash
# npm's ipaddr.js 2.5.0: ::192.0.2.1 becomes ::ffff:192.0.2.1, another address. RFC 4291 has both, in 2.5.5.1 and 2.5.5.2; Python and npm's
# ip-address 10.7.6 tell them apart.
. "$(dirname "$0")/lib.bash"
npm_with ipaddr.js@2.5.0 ip-address@10.7.6
cat >ask.mjs <<'JS'
import ipaddr from 'ipaddr.js';
import { Address6 } from 'ip-address';

for (const text of ['::192.0.2.1', '::c000:201', '::ffff:192.0.2.1'])
  console.log(ipaddr.parse(text).toString(), new Address6(text).correctForm());
JS
expect "::192.0.2.1, the same in hexadecimal, and ::ffff:192.0.2.1 in ipaddr.js and ip-address" '::ffff:c000:201 ::c000:201
::c000:201 ::c000:201
::ffff:c000:201 ::ffff:c000:201' "$(node ask.mjs)"
expect "::192.0.2.1 in Python" '0xc0000201' "$(python3 -c 'import ipaddress; print(hex(int(ipaddress.ip_address("::192.0.2.1"))))')"
