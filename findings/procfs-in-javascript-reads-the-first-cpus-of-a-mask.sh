#!/usr/bin/env bash
# npm's @stroncium/procfs 1.2.1: /proc/PID/status has masks of CPUs in groups of 32 with commas between them, the highest first, as on a node with 64
# CPUs. It reads the first group alone, so a process on CPUs 0 to 3 may run on none. We expected 15, or more than one number.
. "$(dirname "$0")/lib.bash"
npm_with @stroncium/procfs@1.2.1
mkdir -p proc/7
cat >ask.js <<'JS'
const { Procfs } = require('@stroncium/procfs');

console.log(new Procfs('proc').processStatus(7).cpusAllowedMask);
JS
for mask in 0000000f 00000000,0000000f 0000000f,00000000; do
  printf 'Name:\tagent\nPid:\t7\nCpus_allowed:\t%s\n' "$mask" >proc/7/status
  node ask.js
done >masks
expect "CPUs 0 to 3 of 32, 0 to 3 of 64, 32 to 35 of 64" $'15\n0\n15' "$(cat masks)"
