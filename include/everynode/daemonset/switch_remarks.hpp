/// What people are to hear of switches (section 16 of the requirements): as events, and from `explain` and `plan`.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/daemonset/snapshot.hpp"
#include "everynode/objects/node.hpp"

namespace everynode::daemonset {

struct SwitchRemark {
  bool warning = true;
  std::string_view reason;  ///< of an event; lives as long as the program
  std::string text;         ///< one line

  bool operator==(const SwitchRemark&) const = default;
};

/// Of the DaemonSet's own switches; nullopt: there is nothing to say. `obeyed`: we are its controller.
[[nodiscard]] std::optional<SwitchRemark> remark_on(const objects::DaemonSet& daemon_set, bool obeyed);

/// Of a node's. `obeyed`: we are the DaemonSets' controller.
[[nodiscard]] std::optional<SwitchRemark> remark_on(const objects::Node& node, bool obeyed);

}  // namespace everynode::daemonset
