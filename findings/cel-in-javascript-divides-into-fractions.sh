#!/usr/bin/env bash
# npm's cel-js 0.8.2: whole numbers are JavaScript's, so 7 / 2 is 3.5 and 2^53 + 1 is 2^53, and what `||` need not look at may be an error.
# @bufbuild/cel 0.6.1 does all of them as CEL says.
. "$(dirname "$0")/lib.bash"
npm_with cel-js@0.8.2 @bufbuild/cel@0.6.1
cat >ask.mjs <<'JS'
import { run } from '@bufbuild/cel';
import { evaluate } from 'cel-js';

for (const text of ['7 / 2', '7 / 2 == 3', '9007199254740992 + 1', '1 < 2 || 1 / 0 > 1']) {
  let value;
  try {
    value = evaluate(text);
  } catch (error) {
    value = error.message;
  }
  console.log(text, '->', String(value), String(run(text)));
}
JS
expect "by cel-js, by @bufbuild/cel" '7 / 2 -> 3.5 3
7 / 2 == 3 -> false true
9007199254740992 + 1 -> 9007199254740992 9007199254740993
1 < 2 || 1 / 0 > 1 -> Division by zero true' "$(node ask.mjs)"
