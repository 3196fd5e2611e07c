#!/usr/bin/env bash
# Python's jc 1.26.1, which makes JSON of what Linux prints: in /proc/PID/status NSpid lists a process's id in each of its namespaces, so a
# container's first process, 4321 on the node, has "4321 1". jc takes the digits together for one number, 43211.
. "$(dirname "$0")/lib.bash"
python_with jc==1.26.1
expect "status of a container's first process" "{'Name': 'agent', 'Pid': 4321, 'NSpid': 43211}" "$(printf 'Name:\tagent\nPid:\t4321\nNSpid:\t4321\t1\n' |
  venv/bin/python -c 'import sys, jc
print(jc.parse("proc_pid_status", sys.stdin.read()))')"
