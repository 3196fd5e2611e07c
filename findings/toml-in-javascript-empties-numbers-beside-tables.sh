#!/usr/bin/env bash
# npm's @iarna/toml 3.0.0 reads a list with a table and a number, as TOML 1.0 has them, but writes the number as an empty table. smol-toml 1.9.1
# keeps it.
. "$(dirname "$0")/lib.bash"
npm_with @iarna/toml@3.0.0 smol-toml@1.9.1
cat >ask.mjs <<'JS'
import * as iarna from '@iarna/toml';
import * as smol from 'smol-toml';

for (const library of [iarna.default ?? iarna, smol]) {
  const read = library.parse('ports = [{ number = 80 }, 443]');
  console.log(JSON.stringify(read), '->', JSON.stringify(smol.parse(library.stringify(read))));
}
JS
expect "ports read, and then written by @iarna/toml and smol-toml" '{"ports":[{"number":80},443]} -> {"ports":[{"number":80},{}]}
{"ports":[{"number":80},443]} -> {"ports":[{"number":80},443]}' "$(node ask.mjs)"
