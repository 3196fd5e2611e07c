#!/usr/bin/env bash
# npm's @stroncium/procfs 1.2.1: a device's major number has 12 bits in Linux, of which it keeps 8. NVMe disks, which have 259, get the major number 3
# of IDE disks, so the two of this diskstats have one devId. In stat(2)'s number, which it means, they are 66304 and 768, as Python's os.makedev says.
. "$(dirname "$0")/lib.bash"
npm_with @stroncium/procfs@1.2.1
mkdir proc
cat >proc/diskstats <<'TXT'
   3       0 hda 90 0 720 40 10 0 80 5 0 30 45
   8       0 sda 90 0 720 40 10 0 80 5 0 30 45
 259       0 nvme0n1 90 0 720 40 10 0 80 5 0 30 45
TXT
cat >ask.js <<'JS'
const { Procfs } = require('@stroncium/procfs');

const procfs = new Procfs('proc');
for (const { name, devId } of procfs.diskstats()) console.log(name, devId, procfs.devIdGetMajor(devId), procfs.devIdGetMinor(devId));
JS
expect "number, major and minor of three disks" 'hda 768 3 0
sda 2048 8 0
nvme0n1 768 3 0' "$(node ask.js)"
expect "in Python" '768 2048 66304' "$(python3 -c 'import os; print(*(os.makedev(major, 0) for major in (3, 8, 259)))')"
