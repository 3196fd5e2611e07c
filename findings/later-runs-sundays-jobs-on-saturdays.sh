#!/usr/bin/env bash
# npm's later 1.2.0: of the two numbers that crontab(5) has for Sunday, 0 is Sunday and 7 is Saturday, and 5-7 ends on Saturday. And a day of the
# month and one of the week must both be met. croner 11.0.1 has Sunday for both, and wants either day with its legacyMode.
. "$(dirname "$0")/lib.bash"
npm_with later@1.2.0 croner@11.0.1
cat >ask.js <<'JS'
const later = require('later');
const { Cron } = require('croner');

const days = (times) => times.map((time) => time.toUTCString().slice(0, 7)).join(' ');
const start = new Date('2026-12-01T00:00:01Z');
for (const line of ['0 0 * * 0', '0 0 * * 7', '0 0 * * 5-7', '0 0 13 12 5']) {
  const one = later.schedule(later.parse.cron(line)).next(3, start);
  const other = new Cron(line, { timezone: 'UTC', legacyMode: true }).nextRuns(3, start);
  console.log(`${line}: ${days(one)} | ${days(other)}`);
}
JS
expect "by later, by croner" "0 0 * * 0: Sun, 06 Sun, 13 Sun, 20 | Sun, 06 Sun, 13 Sun, 20
0 0 * * 7: Sat, 05 Sat, 12 Sat, 19 | Sun, 06 Sun, 13 Sun, 20
0 0 * * 5-7: Fri, 04 Sat, 05 Fri, 11 | Fri, 04 Sat, 05 Sun, 06
0 0 13 12 5: Fri, 13 Fri, 13 Fri, 13 | Fri, 04 Fri, 11 Sun, 13" "$(node ask.js)"
