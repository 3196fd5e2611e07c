#!/usr/bin/env bash
# npm's immutable-json-patch 6.0.3: "test" of an object fails if its members come in another order. RFC 6902 has objects equal whatever the order, and
# a Go program on the way sorts it. npm's json8-patch 1.0.6 finds them equal.
. "$(dirname "$0")/lib.bash"
npm_with immutable-json-patch@6.0.3 json8-patch@1.0.6
cat >ask.mjs <<'JS'
import { immutableJSONPatch } from 'immutable-json-patch';
import json8 from 'json8-patch';

const pod = { labels: { zone: 'a', app: 'agent' } };
for (const value of [{ zone: 'a', app: 'agent' }, { app: 'agent', zone: 'a' }]) {
  const patch = [{ op: 'test', path: '/labels', value }];
  for (const apply of [immutableJSONPatch, json8.apply]) {
    try {
      apply(structuredClone(pod), patch);
      console.log('equal');
    } catch (error) {
      console.log(error.message);
    }
  }
}
JS
expect "the same order, another order; by immutable-json-patch, by json8-patch" 'equal
equal
Test failed, value differs (path: "/labels")
equal' "$(node ask.mjs)"
