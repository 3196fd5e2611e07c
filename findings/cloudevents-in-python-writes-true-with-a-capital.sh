#!/usr/bin/env bash
# Python's cloudevents 2.2.0: an extension that is a boolean is True, Python's word, in a header of HTTP's binary mode, where CloudEvents has true, and
# is the text "True" when the same library reads it. In JSON it is right. npm's cloudevents 10.0.0 writes true.
. "$(dirname "$0")/lib.bash"
npm_with cloudevents@10.0.0
python_with cloudevents==2.2.0
cat >ask.py <<'PY'
import json

from cloudevents.core.bindings.http import from_binary, to_binary, to_structured
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

attributes = {"specversion": "1.0", "type": "node.report", "source": "/nodes/a", "id": "1", "drained": True}
event = CloudEvent(attributes, {})
sent = to_binary(event, JSONFormat())
print(sent.headers["ce-drained"], repr(from_binary(sent, JSONFormat()).get_extension("drained")))
print(json.loads(to_structured(event, JSONFormat()).body)["drained"])
PY
cat >ask.mjs <<'JS'
import { CloudEvent, HTTP } from 'cloudevents';

console.log(HTTP.binary(new CloudEvent({ type: 'node.report', source: '/nodes/a', drained: true, data: {} })).headers['ce-drained']);
JS
expect "in a header and read again, in JSON; the header in JavaScript" "True 'True'
True
true" "$(venv/bin/python ask.py && node ask.mjs)"
