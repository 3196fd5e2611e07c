#!/usr/bin/env bash
# npm's cloudevents 10.0.0, in HTTP's binary mode with JSON: what is a number, a boolean or null is read as a text. And it writes a text without its
# quotes, so that "5" becomes the number 5 and "ready" is no JSON. Objects are right.
. "$(dirname "$0")/lib.bash"
npm_with cloudevents@10.0.0
cat >ask.mjs <<'JS'
import { CloudEvent, HTTP } from 'cloudevents';

const headers = { 'ce-specversion': '1.0', 'ce-type': 'node.report', 'ce-source': '/nodes/a', 'ce-id': '1', 'content-type': 'application/json' };
const read = (body) => JSON.stringify(HTTP.toEvent({ headers, body }).data);
console.log('read:', ...['5', 'true', 'null', '"ready"', '{"ready":5}'].map(read));
const write = (data) => HTTP.binary(new CloudEvent({ type: 'node.report', source: '/nodes/a', datacontenttype: 'application/json', data })).body;
console.log('written:', ...['5', 'ready', { ready: '5' }].map(write));
JS
expect 'JSON that is read (5 true null "ready" {"ready":5}) and written ("5" "ready" {"ready":"5"})' 'read: "5" "true" "null" "ready" {"ready":5}
written: 5 ready {"ready":"5"}' "$(node ask.mjs)"
