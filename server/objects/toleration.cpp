#include "everynode/objects/toleration.hpp"

#include <algorithm>

namespace everynode::objects {

bool same(const Toleration& a, const Toleration& b) {
  return a.key == b.key && a.op == b.op && a.value == b.value && a.effect == b.effect;
}

Tolerations missing(const Tolerations& existing, const Tolerations& wanted) {
  Tolerations result;
  for (const Toleration& toleration : wanted) {
    const auto is_same = [&](const Toleration& other) { return same(toleration, other); };
    if (!std::ranges::any_of(existing, is_same) && !std::ranges::any_of(result, is_same)) result.push_back(toleration);
  }
  return result;
}

const Toleration& tolerates_unschedulable() {
  static const Toleration toleration{.key = "node.kubernetes.io/unschedulable",
                                     .op = "Exists",
                                     .value = {},
                                     .effect = "NoSchedule",
                                     .toleration_seconds = {}};
  return toleration;
}

const Toleration& tolerates_network_unavailable() {
  static const Toleration toleration{.key = "node.kubernetes.io/network-unavailable",
                                     .op = "Exists",
                                     .value = {},
                                     .effect = "NoSchedule",
                                     .toleration_seconds = {}};
  return toleration;
}

}  // namespace everynode::objects
