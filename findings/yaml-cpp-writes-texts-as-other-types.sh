#!/usr/bin/env bash
# yaml-cpp 0.7.0 as Debian 12 packages it (libyaml-cpp-dev): it writes the texts true, 8080 and 0644 without quotes, so that whoever reads them finds
# a boolean and numbers, which an environment variable of a pod must not be. The text null gets quotes. Needs g++ and apt-get.
. "$(dirname "$0")/lib.bash"
debian_with 0.7.0+dfsg-8+b1 libyaml-cpp-dev libyaml-cpp0.7
cat >program.cpp <<'CPP'
#include <iostream>
#include <string>

#include <yaml-cpp/yaml.h>

int main() {
  YAML::Node values;
  for (const std::string text : {"true", "8080", "0644", "null"}) values.push_back(text);
  std::cout << values << '\n';
}
CPP
library=$(dirname "$(find usr -name 'libyaml-cpp.so.0.7')")
g++ -std=c++20 -Iusr/include program.cpp -o program "$library/libyaml-cpp.so.0.7"
python_with pyyaml==6.0.4
LD_LIBRARY_PATH=$library ./program >values
expect "four texts" "- true
- 8080
- 0644
- \"null\"" "$(cat values)"
expect "read by PyYAML" "[True, 8080, 420, 'null']" "$(venv/bin/python -c 'import sys, yaml
print(yaml.safe_load(sys.stdin))' <values)"
