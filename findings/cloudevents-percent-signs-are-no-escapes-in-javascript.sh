#!/usr/bin/env bash
# CloudEvents' HTTP binding escapes what is no printable ASCII in a header with percent signs. Python's cloudevents 2.2.0 does, npm's cloudevents 10.0.0
# neither writes nor reads such escapes: "Zürich" arrives as Z%C3%BCrich there, and what it makes of "100%25" arrives as 100% here.
. "$(dirname "$0")/lib.bash"
npm_with cloudevents@10.0.0
python_with cloudevents==2.2.0
cat >ask.py <<'PY'
import sys

from cloudevents.core.bindings.http import HTTPMessage, from_binary, to_binary
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

ATTRIBUTES = {"specversion": "1.0", "type": "node.report", "source": "/nodes/a", "id": "1", "subject": "Zürich"}
if len(sys.argv) == 1:
    print(to_binary(CloudEvent(ATTRIBUTES, {}), JSONFormat()).headers["ce-subject"])
else:
    headers = {f"ce-{name}": value for name, value in ATTRIBUTES.items()} | {"ce-subject": sys.argv[1]}
    print(from_binary(HTTPMessage(headers, b"{}"), JSONFormat()).get_subject())
PY
cat >ask.mjs <<'JS'
import { CloudEvent, HTTP } from 'cloudevents';

const [subject, received] = process.argv.slice(2);
const headers = HTTP.binary(new CloudEvent({ type: 'node.report', source: '/nodes/a', subject, data: {} })).headers;
console.log(received ? HTTP.toEvent({ headers: { ...headers, 'ce-subject': received }, body: '{}' }).subject : headers['ce-subject']);
JS
expect "Zürich from Python to JavaScript" Z%C3%BCrich "$(node ask.mjs - "$(venv/bin/python ask.py)")"
expect "100%25 from JavaScript to Python" 100% "$(venv/bin/python ask.py "$(node ask.mjs 100%25)")"
