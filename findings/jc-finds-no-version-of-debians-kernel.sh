#!/usr/bin/env bash
# Python's jc 1.26.1, which makes JSON of what Linux prints: /proc/version of Ubuntu's kernels is read, of Debian's it finds nothing, and there is no
# error. Debian's ends with a date in brackets, where Ubuntu's has one with the time of day.
. "$(dirname "$0")/lib.bash"
python_with jc==1.26.1
cat >ask.py <<'PY'
import jc

for compiler, end in [
    ("gcc (Ubuntu 10.3.0-1ubuntu1) 10.3.0, GNU ld (GNU Binutils for Ubuntu) 2.35.1", "#71-Ubuntu SMP Tue Jul 13 15:59:12 UTC 2021"),
    ("gcc-12 (Debian 12.2.0-14) 12.2.0, GNU ld (GNU Binutils for Debian) 2.40", "#1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 (2024-02-01)"),
]:
    print(jc.parse("proc_version", f"Linux version 6.1.0-18-amd64 (builder@node.example) ({compiler}) {end}\n").get("version"))
PY
expect "versions by Ubuntu and Debian" "6.1.0-18-amd64
None" "$(venv/bin/python ask.py)"
