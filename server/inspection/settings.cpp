#include "settings.hpp"

#include <unistd.h>

#include <stdexcept>
#include <utility>

#include "everynode/logging/version.hpp"

namespace everynode::inspection {

cluster::Config configuration(const Target& target) {
  const cluster::Choice choice{.kubeconfig = target.kubeconfig, .overrides = target.overrides};
  auto config = cluster::load_config(choice, cluster::Environment::of_process());
  if (!config) throw std::runtime_error(config.error());
  return std::move(*config);
}

std::string namespace_of(const Target& target, const cluster::Config& config) {
  if (!target.namespace_.empty()) return target.namespace_;
  return config.namespace_.empty() ? "default" : config.namespace_;
}

std::string user_agent() {
  return "everynode/" + std::string(logging::version());
}

bool somebody_is_there() {
  return isatty(STDIN_FILENO) != 0 || isatty(STDERR_FILENO) != 0;
}

}  // namespace everynode::inspection
