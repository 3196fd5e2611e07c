#!/usr/bin/env bash
# cJSON 1.7.15 as Debian 12 packages it (libcjson-dev): numbers are doubles, which hold each integer up to 2^53. It writes 15 digits if what they mean
# is almost the same number, so 9007199254740991 (2^53 - 1) becomes 9007199254740990. 4503599627370497 keeps its digits. Needs gcc and apt-get.
. "$(dirname "$0")/lib.bash"
debian_with 1.7.15-1+deb12u4 libcjson-dev libcjson1
cat >program.c <<'C'
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>

int main(int count, char **arguments) {
  for (int index = 1; index < count; ++index) {
    cJSON *number = cJSON_Parse(arguments[index]);
    char *text = cJSON_PrintUnformatted(number);
    printf("%s -> %s, %.0f\n", arguments[index], text, cJSON_GetNumberValue(number));
    free(text);
    cJSON_Delete(number);
  }
}
C
library=$(dirname "$(find usr -name 'libcjson.so.1')")
gcc -Iusr/include program.c -o program "$library/libcjson.so.1"
expect "integers, as written, and as held" "4503599627370497 -> 4503599627370497, 4503599627370497
9007199254740991 -> 9.00719925474099e+15, 9007199254740991" "$(LD_LIBRARY_PATH=$library ./program 4503599627370497 9007199254740991)"
