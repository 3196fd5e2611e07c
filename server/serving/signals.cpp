#include "everynode/serving/signals.hpp"

#include <csignal>

namespace everynode::serving {

void ignore_broken_pipes() {
  std::signal(SIGPIPE, SIG_IGN);
}

bool ignores_hangups() {
  struct sigaction before{};
  return sigaction(SIGHUP, nullptr, &before) == 0 && before.sa_handler == SIG_IGN;
}

}  // namespace everynode::serving
