#!/usr/bin/env bash
# Python's cloudevents 2.2.0 and npm's cloudevents 10.0.0: an event without a time, which CloudEvents allows, has one as soon as it is read: now. Who
# sends it on sends that, and each reader sees another time.
. "$(dirname "$0")/lib.bash"
npm_with cloudevents@10.0.0
python_with cloudevents==2.2.0
echo '{"specversion": "1.0", "type": "node.report", "source": "/nodes/a", "id": "1", "data": {}}' >event.json
cat >ask.py <<'PY'
from pathlib import Path

from cloudevents.core.bindings.http import HTTPMessage, from_structured
from cloudevents.core.formats.json import JSONFormat

message = HTTPMessage({"content-type": "application/cloudevents+json"}, Path("event.json").read_bytes())
print("Python:", "a time" if from_structured(message, JSONFormat()).get_time() else "no time")
PY
cat >ask.mjs <<'JS'
import { readFileSync } from 'node:fs';
import { HTTP } from 'cloudevents';

const event = HTTP.toEvent({ headers: { 'content-type': 'application/cloudevents+json' }, body: readFileSync('event.json', 'utf8') });
console.log('JavaScript:', event.time ? 'a time' : 'no time');
JS
expect "what an event without a time is read with" 'Python: a time
JavaScript: a time' "$(venv/bin/python ask.py && node ask.mjs)"
