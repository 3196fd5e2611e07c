#!/usr/bin/env bash
# Rust's cron 0.17.0: 1 is Sunday and 7 Saturday, so what a CronJob runs from Monday to Friday (1-5) runs from Sunday to Thursday here; 0 is refused.
# And a day of the month and one of the week must both be met, where crontab(5) wants either. Python's cronsim 2.8 does as crontab(5) says.
. "$(dirname "$0")/lib.bash"
rust_program cron@0.17.0 chrono@0.4.42 <<'RUST'
use std::str::FromStr;

fn main() {
    let start: chrono::DateTime<chrono::Utc> = "2026-12-01T00:00:00Z".parse().unwrap();
    for line in std::env::args().skip(1) {
        match cron::Schedule::from_str(&format!("0 {line}")) {
            Ok(schedule) => println!("{}", schedule.after(&start).take(5).map(|time| time.format("%a-%d").to_string()).collect::<Vec<_>>().join(" ")),
            Err(_) => println!("error"),
        }
    }
}
RUST
python_with cronsim==2.8
schedules=('0 0 * * 1-5' '0 0 * * 0' '0 0 13 12 Fri')
expect "Rust" "Wed-02 Thu-03 Sun-06 Mon-07 Tue-08
error
Fri-13 Fri-13 Fri-13 Fri-13 Fri-13" "$(./program "${schedules[@]}")"
expect "Python" "Wed-02 Thu-03 Fri-04 Mon-07 Tue-08
Sun-06 Sun-13 Sun-20 Sun-27 Sun-03
Fri-04 Fri-11 Sun-13 Fri-18 Fri-25" "$(venv/bin/python -c 'import sys, cronsim, datetime
for line in sys.argv[1:]:
    times = cronsim.CronSim(line, datetime.datetime(2026, 12, 1))
    print(*(next(times).strftime("%a-%d") for _ in range(5)))' "${schedules[@]}")"
