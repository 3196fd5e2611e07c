#!/usr/bin/env bash
# npm's @cheap-glitch/mi-cron 1.0.1: a day that a month has not is counted on into the next one: what runs on each 31st runs on the 3rd of March, and
# what runs on the 29th of February, on the 1st of March. In cron there must be such a day in the month; npm's croner 11.0.1 goes on to the next one.
. "$(dirname "$0")/lib.bash"
npm_with @cheap-glitch/mi-cron@1.0.1 croner@11.0.1
cat >ask.mjs <<'JS'
import { Cron } from 'croner';
import miCron from '@cheap-glitch/mi-cron';

const day = (date) => date.toISOString().slice(0, 10);
for (const schedule of ['0 0 31 * *', '0 0 29 2 *']) {
  const start = new Date('2027-01-31T12:00:00Z');
  console.log(schedule, day(miCron.parseCron.nextDate(schedule, start)), day(new Cron(schedule, { timezone: 'UTC' }).nextRun(start)));
}
JS
expect "the next time after the 31st of January 2027, with mi-cron and croner" '0 0 31 * * 2027-03-03 2027-03-31
0 0 29 2 * 2027-03-01 2028-02-29' "$(TZ=UTC node ask.mjs)"
