#!/usr/bin/env bash
# npm's iso8601-duration 2.1.4: the minus before a duration, which XML Schema and iCalendar have in theirs (a reminder is at -PT15M), is lost without
# an error: an end is after the start. npm's tinyduration 3.4.1 keeps it.
. "$(dirname "$0")/lib.bash"
npm_with iso8601-duration@2.1.4 tinyduration@3.4.1
cat >ask.mjs <<'JS'
import iso from 'iso8601-duration';
import tiny from 'tinyduration';

console.log(iso.toSeconds(iso.parse('-PT15M')), iso.end(iso.parse('-PT15M'), new Date('2026-01-01T12:00:00Z')).toISOString());
console.log(JSON.stringify(tiny.parse('-PT15M')));
JS
expect "-PT15M in seconds and from noon in iso8601-duration, and in tinyduration" '900 2026-01-01T12:15:00.000Z
{"minutes":15,"negative":true}' "$(node ask.mjs)"
