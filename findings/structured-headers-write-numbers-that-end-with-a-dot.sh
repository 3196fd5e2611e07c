#!/usr/bin/env bash
# npm's structured-headers 2.1.0: a decimal whose fraction is rounded away is written with a bare dot, "1.", which RFC 9651 forbids, and which it does
# not read itself. And 1.0, as it is read, is written as the integer 1, another type. Python's http-sf 1.5.0 writes 1.0 for both.
. "$(dirname "$0")/lib.bash"
npm_with structured-headers@2.1.0
python_with http-sf==1.5.0
cat >ask.mjs <<'JS'
import { parseItem, serializeItem } from 'structured-headers';

const written = serializeItem([1.0004, new Map()]);
console.log(written, serializeItem(parseItem('1.0')));
try {
  parseItem(written);
} catch (error) {
  console.log(error.message);
}
JS
expect "1.0004 as a header, and 1.0 read and written" '1. 1
Parse error: Decimal cannot end on a period at offset 2' "$(node ask.mjs)"
expect "in Python" '1.0 1.0' "$(venv/bin/python -c 'import http_sf
print(http_sf.ser(1.0004), http_sf.ser(http_sf.parse(b"1.0", tltype="item")))')"
