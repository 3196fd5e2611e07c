/// Colours of the states of nodes, for people at a terminal who want them.
#pragma once

#include <string>
#include <string_view>

#include "everynode/daemonset/report.hpp"

namespace everynode::cli {

/// Standard output is a terminal that is not dumb, and NO_COLOR (no-color.org) is not set, or empty.
[[nodiscard]] bool wants_colours();

/// The text in the colour of the node's state: a node in trouble is as red as a failing one.
[[nodiscard]] std::string coloured(std::string_view text, const daemonset::NodeReport& node);
[[nodiscard]] std::string coloured(std::string_view text, daemonset::NodeState state);

}  // namespace everynode::cli
