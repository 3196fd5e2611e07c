/// What the reconciler reads of a Node: what decides whether a DaemonSet's pod belongs on it, and nothing else.
#pragma once

#include <string>
#include <vector>

#include "everynode/objects/labels.hpp"
#include "everynode/objects/toleration.hpp"

namespace everynode::objects {

struct Taint {
  std::string key;
  std::string value;
  std::string effect;  ///< "NoSchedule", "NoExecute" or "PreferNoSchedule"

  bool operator==(const Taint&) const = default;
};

struct Node {
  std::string name;
  std::string uid;
  Labels labels;
  std::vector<Taint> taints;
  bool readable = true;  ///< false: it exists, and that is all we know

  bool operator==(const Node&) const = default;
};

/// True if the toleration fits the taint (requirement 2.8).
[[nodiscard]] bool tolerates(const Toleration& toleration, const Taint& taint);

/// "key=value:Effect", as kubectl writes a taint.
[[nodiscard]] std::string to_text(const Taint& taint);

}  // namespace everynode::objects
