#!/usr/bin/env bash
# npm's ip-num 1.6.2: Asn() takes the dotted numbers of RFC 5396, so 1.0 is 65536, and it takes AS before a number; but with AS what stands behind the
# dot is lost without an error, and AS1.0 and AS1.10 are AS1.
. "$(dirname "$0")/lib.bash"
npm_with ip-num@1.6.2
cat >ask.mjs <<'JS'
import { Asn } from 'ip-num';

for (const text of ['65536', '1.0', '1.10', 'AS65536', 'AS1.0', 'AS1.10']) console.log(text, 'is', new Asn(text).toString());
JS
expect "numbers of autonomous systems" '65536 is AS65536
1.0 is AS65536
1.10 is AS65546
AS65536 is AS65536
AS1.0 is AS1
AS1.10 is AS1' "$(node ask.mjs)"
