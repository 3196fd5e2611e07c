#!/usr/bin/env bash
# yaml-cpp 0.7.0 as Debian 12 packages it (libyaml-cpp-dev): 0644 is 420 if one asks for an int, and 644 if one asks for a double, without an error.
# 08 is no int, but a double, and 0x10 the other way round. Needs g++ and apt-get.
. "$(dirname "$0")/lib.bash"
debian_with 0.7.0+dfsg-8+b1 libyaml-cpp-dev libyaml-cpp0.7
cat >program.cpp <<'CPP'
#include <iostream>

#include <yaml-cpp/yaml.h>

int main() {
  for (const char *text : {"644", "0644", "08", "0x10"}) {
    const YAML::Node node = YAML::Load(text);
    std::cout << text << ' ' << node.as<int>(-1) << ' ' << node.as<double>(-1) << '\n';
  }
}
CPP
library=$(dirname "$(find usr -name 'libyaml-cpp.so.0.7')")
g++ -std=c++20 -Iusr/include program.cpp -o program "$library/libyaml-cpp.so.0.7"
expect "as an int, as a double (-1: no number)" "644 644 644
0644 420 644
08 -1 8
0x10 16 -1" "$(LD_LIBRARY_PATH=$library ./program)"
