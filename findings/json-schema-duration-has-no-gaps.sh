#!/usr/bin/env bash
# Python's jsonschema-rs 0.61.2: `format: duration` has no PT1H1S and no P1Y1D, as the grammar that JSON Schema takes from RFC 3339 lets no unit
# between two others be left out. npm's luxon 3.7.2 writes both so, and npm's ajv-formats 3.0.1 takes both.
. "$(dirname "$0")/lib.bash"
python_with jsonschema-rs==0.61.2
npm_with luxon@3.7.2 ajv@8.20.0 ajv-formats@3.0.1
cat >ask.mjs <<'JS'
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { Duration } from 'luxon';

const ajv = new Ajv();
formats.default(ajv);
for (const duration of [{ hours: 1, minutes: 1 }, { hours: 1, seconds: 1 }, { years: 1, days: 1 }]) {
  const text = Duration.fromObject(duration).toISO();
  console.log(text, ajv.validate({ type: 'string', format: 'duration' }, text));
}
JS
seen=$(node ask.mjs)
expect "what luxon writes, and whether ajv takes it" "PT1H1M true
PT1H1S true
P1Y1D true" "$seen"
expect "whether jsonschema-rs takes it" "PT1H1M True
PT1H1S False
P1Y1D False" "$(echo "$seen" | venv/bin/python -c 'import sys, jsonschema_rs
validator = jsonschema_rs.validator_for({"format": "duration"}, validate_formats=True)
for line in sys.stdin:
    print(line.split()[0], validator.is_valid(line.split()[0]))')"
