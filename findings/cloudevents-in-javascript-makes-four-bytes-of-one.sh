#!/usr/bin/env bash
# npm's cloudevents 10.0.0: the bytes of an event that is read from JSON (data_base64) become 32-bit numbers, one each. Sent on in binary mode, they
# are four bytes each. Sent on as JSON they are right.
. "$(dirname "$0")/lib.bash"
npm_with cloudevents@10.0.0
cat >ask.mjs <<'JS'
import { HTTP } from 'cloudevents';

const event = { specversion: '1.0', type: 'node.report', source: '/nodes/a', id: '1', datacontenttype: 'application/octet-stream', data_base64: 'AQI=' };
const read = HTTP.toEvent({ headers: { 'content-type': 'application/cloudevents+json' }, body: JSON.stringify(event) });
const sent = await new Response(HTTP.binary(read).body).arrayBuffer();
console.log(read.data.constructor.name, Buffer.from(sent).toString('hex'), JSON.parse(HTTP.structured(read).body).data_base64);
JS
expect "what two bytes become: when read, in binary mode, in JSON" 'Uint32Array 0100000002000000 AQI=' "$(node ask.mjs)"
