#!/usr/bin/env bash
# npm's yamljs 0.3.0: a text without a block's mark that goes over two lines, plain or in quotes, is folded in YAML: the line end is a space. Here it
# stays a line end, so an argument in several lines is another one. And 0o17, fifteen in YAML 1.2, which it says it is for, is 0, and so is -08.
# npm's yaml 2.8.1 folds, and reads 15 and -8.
. "$(dirname "$0")/lib.bash"
npm_with yamljs@0.3.0 yaml@2.8.1
cat >ask.cjs <<'JS'
const yaml = require('yaml');
const yamljs = require('yamljs');

for (const text of ['a: one\n  two', 'a: "one\n  two"', 'a: 0o17', 'a: -08']) {
  console.log(JSON.stringify([text, yamljs.parse(text).a, yaml.parse(text).a]));
}
JS
expect "texts, with yamljs and with yaml" '["a: one\n  two","one\ntwo","one two"]
["a: \"one\n  two\"","one\ntwo","one two"]
["a: 0o17",0,15]
["a: -08",0,-8]' "$(node ask.cjs)"
