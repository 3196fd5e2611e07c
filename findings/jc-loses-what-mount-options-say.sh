#!/usr/bin/env bash
# Python's jc 1.26.1, which makes JSON of what Linux prints: in /proc/PID/mountinfo each option of a file system has to be a number. The folders of an
# overlay and what ext4 does at errors become null, a size of 65536k is 65536 and not 64 MiB, and of the folder that is 1:2, on two layers, 12 is
# left.
. "$(dirname "$0")/lib.bash"
python_with jc==1.26.1
cat >mountinfo <<'TXT'
37 35 0:5 / /var/lib/agent rw - overlay overlay rw,lowerdir=/layers/a:/layers/b
38 35 0:6 / /var/lib/links rw - overlay overlay rw,lowerdir=1:2
39 35 0:7 / /dev/shm rw - tmpfs shm rw,size=65536k
40 35 8:1 / /etc/hosts rw - ext4 /dev/sda1 rw,errors=remount-ro
TXT
expect "options of file systems" "{'lowerdir': None}
{'lowerdir': 12}
{'size': 65536}
{'errors': None}" "$(venv/bin/python -c 'import sys, jc
for mount in jc.parse("proc_pid_mountinfo", sys.stdin.read()):
    print(mount["super_options_fields"])' <mountinfo)"
