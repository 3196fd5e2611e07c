#include "colour.hpp"

#include <unistd.h>

#include <array>
#include <cstdlib>

namespace everynode::cli {
namespace {

/// SGR parameters (ECMA-48), by state: of the sixteen colours that every terminal lets its user choose.
constexpr std::array<std::string_view, daemonset::node_states> colours{"32", "33", "36", "31", "33", "31", "35", "2"};

}  // namespace

bool wants_colours() {
  // NOLINTBEGIN(concurrency-mt-unsafe): nothing of ours changes the environment
  const char* const unwanted = std::getenv("NO_COLOR");
  const char* const terminal = std::getenv("TERM");
  // NOLINTEND(concurrency-mt-unsafe)
  if (unwanted != nullptr && *unwanted != '\0') return false;
  return isatty(STDOUT_FILENO) != 0 && terminal != nullptr && std::string_view(terminal) != "dumb";
}

std::string coloured(std::string_view text, daemonset::NodeState state) {
  return "\x1b[" + std::string(colours[static_cast<std::size_t>(state)]) + "m" + std::string(text) + "\x1b[0m";
}

std::string coloured(std::string_view text, const daemonset::NodeReport& node) {
  const bool trouble = node.trouble != daemonset::Trouble::none;
  return coloured(text, trouble ? daemonset::NodeState::failing : node.state);
}

}  // namespace everynode::cli
