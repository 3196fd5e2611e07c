#!/usr/bin/env bash
# npm's parse-duration 2.1.9: a sign counts at the beginning only. "1h-30m" is an hour and a half; Go's time.ParseDuration
# refuses it. What is no unit is passed over: of "1:30" there remain 1.03 milliseconds.
. "$(dirname "$0")/lib.bash"
npm_with parse-duration@2.1.9
cat >ask.mjs <<'JS'
import parse from 'parse-duration';

for (const text of ['-1h30m', '1h-30m', '1:30']) console.log(text, parse(text));
JS
expect "in milliseconds" '-1h30m -5400000
1h-30m 5400000
1:30 1.03' "$(node ask.mjs)"
