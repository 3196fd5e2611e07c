#!/usr/bin/env bash
# Howard Hinnant's date library 3.0.1 as Debian 12 packages it (libhowardhinnant-date-dev, libdate-tz3): it reads the system's zone files, but not
# the rule at their end, so from 2038 on Berlin has winter time all year. glibc, with the same file, has summer time. Needs g++, apt-get and tzdata.
. "$(dirname "$0")/lib.bash"
debian_with 3.0.1+ds-5 libhowardhinnant-date-dev libdate-tz3
cat >program.cpp <<'CPP'
#include <date/tz.h>

#include <iostream>

int main() {
  for (const int year : {2037, 2040}) {
    const auto noon = date::sys_days{date::year{year} / 7 / 1} + std::chrono::hours{12};
    std::cout << year << ' ' << date::locate_zone("Europe/Berlin")->get_info(noon).abbrev << '\n';
  }
}
CPP
library=$(dirname "$(find usr -name libdate-tz.so)")
g++ -std=c++20 -Iusr/include program.cpp -o program "$library/libdate-tz.so"
expect "noon of the first of July in Berlin" "2037 CEST
2040 CET" "$(LD_LIBRARY_PATH=$library ./program)"
expect "the same by glibc" "CEST" "$(TZ=Europe/Berlin date --date '2040-07-01 12:00 UTC' +%Z)"
