#!/usr/bin/env bash
# npm's @bufbuild/protobuf 2.17.0: a Timestamp in JSON may be the 30th of February, which is the second of March then, or 24:00, but no leap second.
# Python's protobuf 7.36.2 refuses all of them.
. "$(dirname "$0")/lib.bash"
npm_with @bufbuild/protobuf@2.17.0
python_with protobuf==7.36.2
cat >ask.mjs <<'JS'
import { fromJson } from '@bufbuild/protobuf';
import { TimestampSchema, timestampDate } from '@bufbuild/protobuf/wkt';

for (const text of process.argv.slice(2)) {
  try {
    console.log(text, timestampDate(fromJson(TimestampSchema, text)).toISOString());
  } catch {
    console.log(text, 'refused');
  }
}
JS
cat >ask.py <<'PY'
import sys

from google.protobuf import json_format, timestamp_pb2

for text in sys.argv[1:]:
    try:
        print(text, json_format.Parse(f'"{text}"', timestamp_pb2.Timestamp()).ToJsonString())
    except json_format.ParseError:
        print(text, "refused")
PY
texts=(2026-02-28T00:00:00Z 2026-02-30T00:00:00Z 2026-02-28T24:00:00Z 2026-12-31T23:59:60Z)
expect "JavaScript" '2026-02-28T00:00:00Z 2026-02-28T00:00:00.000Z
2026-02-30T00:00:00Z 2026-03-02T00:00:00.000Z
2026-02-28T24:00:00Z 2026-03-01T00:00:00.000Z
2026-12-31T23:59:60Z refused' "$(node ask.mjs "${texts[@]}")"
expect "Python" '2026-02-28T00:00:00Z 2026-02-28T00:00:00Z
2026-02-30T00:00:00Z refused
2026-02-28T24:00:00Z refused
2026-12-31T23:59:60Z refused' "$(venv/bin/python ask.py "${texts[@]}")"
