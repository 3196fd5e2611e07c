#!/usr/bin/env bash
# hwloc 2.9.0 as Debian 12 packages it (libhwloc-dev): a list of CPUs may have groups in Linux, 0-7:1/2 is one of each two, as isolcpus takes it.
# hwloc_bitmap_list_sscanf, which reads Linux' lists, passes over what stands behind the colon: it returns all eight, and no error. Needs gcc and
# apt-get.
. "$(dirname "$0")/lib.bash"
debian_with 2.9.0-1 libhwloc-dev libhwloc15
cat >program.c <<'C'
#include <hwloc.h>
#include <stdio.h>
#include <stdlib.h>

int main(int count, char **arguments) {
  for (int index = 1; index < count; ++index) {
    hwloc_bitmap_t cpus = hwloc_bitmap_alloc();
    const int result = hwloc_bitmap_list_sscanf(cpus, arguments[index]);
    char *text;
    hwloc_bitmap_list_asprintf(&text, cpus);
    printf("%s -> %d %s\n", arguments[index], result, text);
    free(text);
    hwloc_bitmap_free(cpus);
  }
}
C
library=$(dirname "$(find usr -name 'libhwloc.so.15')")
gcc -Iusr/include -I"usr/include/$(gcc -print-multiarch)" program.c -o program "$library/libhwloc.so.15" -Wl,--allow-shlib-undefined
expect "what is returned, and the CPUs" "0-7,9 -> 0 0-7,9
0-7:1/2 -> 0 0-7
0-7:2/4,9 -> 0 0-7,9" "$(LD_LIBRARY_PATH=$library ./program 0-7,9 0-7:1/2 0-7:2/4,9)"
