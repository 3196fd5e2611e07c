#!/usr/bin/env bash
# npm's cdk8s 2.70.106: Duration.toIsoString() writes a day as PT1D, which is no duration of ISO 8601 (npm's luxon 3.7.2 refuses it), and
# Duration.parse() takes that back but neither P1D nor P1W. What toIsoString() makes of 90 seconds in minutes, parse() refuses, too.
. "$(dirname "$0")/lib.bash"
npm_with cdk8s@2.70.106 constructs@10.8.1 luxon@3.7.2
cat >ask.mjs <<'JS'
import { Duration } from 'cdk8s';
import * as luxon from 'luxon';

const attempt = (read) => {
  try {
    return read();
  } catch {
    return 'refused';
  }
};
const written = [Duration.days(1), Duration.hours(36), Duration.minutes(1.5)].map((each) => each.toIsoString());
for (const text of [...written, 'P1D', 'P1W']) {
  const other = luxon.Duration.fromISO(text);
  console.log(text, attempt(() => Duration.parse(text).toSeconds()), other.isValid ? other.as('seconds') : 'refused');
}
JS
expect "three that it has written, and two others: seconds by cdk8s, by luxon" 'PT1D 86400 refused
PT1D12H 129600 refused
PT1.5M refused 90
P1D refused 86400
P1W refused 604800' "$(node ask.mjs)"
