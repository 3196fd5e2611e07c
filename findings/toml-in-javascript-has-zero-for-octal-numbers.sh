#!/usr/bin/env bash
# npm's @ltd/j-toml 1.38.0, if one asks it for numbers and not for BigInt: 0o755, as TOML writes modes, and 0b11 are 0, without an error; 0x1F is 31.
# As BigInt they are right. smol-toml 1.9.1 makes numbers of all of them, as TOML 1.0 has them.
. "$(dirname "$0")/lib.bash"
npm_with @ltd/j-toml@1.38.0 smol-toml@1.9.1
cat >ask.mjs <<'JS'
import TOML from '@ltd/j-toml';
import { parse } from 'smol-toml';

for (const number of ['0o755', '0b11', '0x1F']) {
  const text = `mode = ${number}`;
  console.log(number, TOML.parse(text, 1.0, '\n', false).mode, TOML.parse(text, 1.0, '\n', true).mode, parse(text).mode);
}
JS
expect "j-toml's number, its BigInt, and smol-toml's number" '0o755 0 493n 493
0b11 0 3n 3
0x1F 31 31n 31' "$(node ask.mjs)"
