#!/usr/bin/env bash
# npm's netmask 2.1.1: 0.0.0.0/0, as a default route is, it reads, and says that its mask is 0.0.0.0. Given that mask, as /proc/net/route and `route`
# print it, it refuses the block. /1 it takes in either spelling.
. "$(dirname "$0")/lib.bash"
npm_with netmask@2.1.1
cat >ask.js <<'JS'
const { Netmask } = require('netmask');

for (const text of ['0.0.0.0/1', '0.0.0.0/0']) {
  const { base, mask } = new Netmask(text);
  let again;
  try {
    again = new Netmask(base, mask).toString();
  } catch (error) {
    again = error.message;
  }
  console.log(text, mask, again);
}
JS
expect "blocks, their masks and the blocks with these" "0.0.0.0/1 128.0.0.0 0.0.0.0/1
0.0.0.0/0 0.0.0.0 Invalid mask for ip4: 0.0.0.0" "$(node ask.js)"
