#!/usr/bin/env bash
# npm's shell-quote 1.12.0: a # within a word begins a comment, so an address loses its fragment and the words behind it are no words. In the shell
# only a # at the beginning of a word does; npm's shlex 3.0.0 and Bash keep it.
. "$(dirname "$0")/lib.bash"
npm_with shell-quote@1.12.0 shlex@3.0.0
cat >ask.mjs <<'JS'
import shellQuote from 'shell-quote';
import * as shlex from 'shlex';

console.log(JSON.stringify(shellQuote.parse(process.argv[2])));
console.log(JSON.stringify(shlex.split(process.argv[2])));
JS
expect "words of: fetch node1/a#b -v" '["fetch","node1/a",{"comment":"b -v"}]
["fetch","node1/a#b","-v"]' "$(node ask.mjs 'fetch node1/a#b -v')"
expect "in Bash" 'fetch,node1/a#b,-v,' "$(bash -c "printf '%s,' fetch node1/a#b -v")"
