#include "browser.hpp"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

namespace everynode::page {

bool Browser::open(const std::string& address) {
  std::string program = "xdg-open";
  std::string argument = address;
  const std::array<char*, 3> words{program.data(), argument.data(), nullptr};
  return posix_spawnp(&opener_, program.c_str(), nullptr, nullptr, words.data(), environ) == 0;
}

void Browser::reap() {
  if (opener_ > 0 && waitpid(opener_, nullptr, WNOHANG) != 0) opener_ = 0;
}

}  // namespace everynode::page
