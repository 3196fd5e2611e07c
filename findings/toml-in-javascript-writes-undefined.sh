#!/usr/bin/env bash
# npm's @iarna/toml 3.0.0: it writes small numbers such as 0.0000001 as 1e-7.undefined, which is no TOML; it cannot read it itself. smol-toml 1.9.1
# writes 1e-7.
. "$(dirname "$0")/lib.bash"
npm_with @iarna/toml@3.0.0 smol-toml@1.9.1
cat >ask.mjs <<'JS'
import * as iarna from '@iarna/toml';
import * as smol from 'smol-toml';

for (const library of [iarna.default ?? iarna, smol]) {
  const written = library.stringify({ cores: 1e-7 });
  let read;
  try {
    read = library.parse(written).cores;
  } catch {
    read = 'an error';
  }
  console.log(written.trim(), '->', read);
}
JS
expect "a number written, and read again, by @iarna/toml and smol-toml" 'cores = 1e-7.undefined -> an error
cores = 1e-7 -> 1e-7' "$(node ask.mjs)"
