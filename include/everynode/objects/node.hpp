/// What the reconciler reads of a Node: only what decides whether a DaemonSet's pod belongs on it.
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

/// A Node's condition Ready. It is not part of `Node`, because the reconciler does not use it, and a heartbeat must not
/// count as a change.
struct NodeReadiness {
  bool ready = true;  ///< also if there is no such condition
  std::string since;  ///< its lastTransitionTime; empty: it has none

  bool operator==(const NodeReadiness&) const = default;
};

/// True if the toleration fits the taint (requirement 2.8).
[[nodiscard]] bool tolerates(const Toleration& toleration, const Taint& taint);

/// "key=value:Effect", as kubectl writes a taint.
[[nodiscard]] std::string to_text(const Taint& taint);

}  // namespace everynode::objects
