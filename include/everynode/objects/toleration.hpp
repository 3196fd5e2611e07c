/// Tolerations, as `v1.Toleration` has them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace everynode::objects {

struct Toleration {
  std::string_view key;  ///< empty: every key (with operator Exists)
  std::string_view op;   ///< "Exists", "Equal", "Lt", "Gt"; empty means Equal
  std::string_view value;
  std::string_view effect;  ///< "NoSchedule", "NoExecute", "PreferNoSchedule"; empty: every effect
  std::optional<std::int64_t> toleration_seconds;

  bool operator==(const Toleration&) const = default;
};

using Tolerations = std::vector<Toleration>;

/// True if both tolerate the same taints: key, operator, value and effect are equal (requirement 3.2:
/// tolerationSeconds is not compared, and a wildcard is not the same as what it covers).
[[nodiscard]] bool same(const Toleration& a, const Toleration& b);

/// The wanted tolerations that `existing` lacks, in the order of `wanted`, each once.
[[nodiscard]] Tolerations missing(const Tolerations& existing, const Tolerations& wanted);

/// Tolerates the taint that the node controller puts on a cordoned node.
[[nodiscard]] const Toleration& tolerates_unschedulable();

/// Tolerates the taint of a node whose network plugin has not reported yet.
[[nodiscard]] const Toleration& tolerates_network_unavailable();

}  // namespace everynode::objects
