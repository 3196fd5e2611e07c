#!/usr/bin/env bash
# What says of itself that it is CBOR (tag 55799, with which all CBOR of a Kubernetes API server begins) is not what was encoded: npm's cbor 10.0.12
# and cbor-redux 1.0.0 give an object with a tag, whose fields are in "value"; cborg 6.1.5 refuses it. cbor-x 1.6.9 takes the tag off.
. "$(dirname "$0")/lib.bash"
npm_with cbor@10.0.12 cbor-redux@1.0.0 cborg@6.1.5 cbor-x@1.6.9
cat >ask.mjs <<'JS'
import cbor from 'cbor';
import { decode as redux } from 'cbor-redux';
import { decode as cborx } from 'cbor-x';
import { decode as cborg } from 'cborg';

const bytes = Buffer.from('d9d9f7a163617069627631', 'hex');
for (const decode of [cbor.decodeFirstSync, (b) => redux(new Uint8Array(b).buffer), cborg, cborx]) {
  try {
    console.log(JSON.stringify(decode(bytes)));
  } catch (error) {
    console.log(error.message);
  }
}
JS
expect "cbor, cbor-redux, cborg, cbor-x" '{"tag":55799,"value":{"api":"v1"}}
{"value":{"api":"v1"},"tag":55799}
CBOR decode error: tag not supported (55799)
{"api":"v1"}' "$(node ask.mjs)"
