#!/usr/bin/env bash
# npm's ip6addr 0.2.5: the last 32 bits of an IPv6 address may be dotted, RFC 4291 says in 2.2, and NAT64 addresses are written so in RFC 6052.
# It takes that behind ::ffff: only; ipaddr.js 2.5.0 and ip-address 10.7.6 take it.
. "$(dirname "$0")/lib.bash"
npm_with ip6addr@0.2.5 ipaddr.js@2.5.0 ip-address@10.7.6
cat >ask.mjs <<'JS'
import ip6addr from 'ip6addr';
import ipaddr from 'ipaddr.js';
import { Address6 } from 'ip-address';

for (const read of [ip6addr.parse, (text) => ipaddr.parse(text).toString(), (text) => new Address6(text).correctForm()]) {
  try {
    console.log(String(read('64:ff9b::192.0.2.33')));
  } catch (error) {
    console.log(error.message);
  }
}
JS
expect "64:ff9b::192.0.2.33 in ip6addr, ipaddr.js and ip-address" 'invalid dotted-quad notation
64:ff9b::c000:221
64:ff9b::c000:221' "$(node ask.mjs)"
