#!/usr/bin/env bash
# npm's fast-toml 0.5.4: a backslash at the end of a line in a text of several lines takes away all white space up to the next character, TOML says.
# Here the line end goes, and the spaces with which the next line is indented stay in the text. smol-toml 1.9.1 takes them away.
. "$(dirname "$0")/lib.bash"
npm_with fast-toml@0.5.4 smol-toml@1.9.1
cat >ask.mjs <<'JS'
import fastToml from 'fast-toml';
import { parse } from 'smol-toml';

const text = 'args = """\n--node \\\n    worker"""';
console.log(JSON.stringify(fastToml.parse(text).args), JSON.stringify(parse(text).args));
JS
expect "a text that is joined of two lines, with fast-toml and smol-toml" '"--node     worker" "--node worker"' "$(node ask.mjs)"
