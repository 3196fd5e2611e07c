/// Conditions of the kinds that Everynode writes, as Kubernetes' API conventions have them.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/objects/daemon_set.hpp"
#include "everynode/objects/time.hpp"

namespace everynode::objects {

/// The third type of a DaemonSet, beside Progressing and Degraded: whether nodes that leave are treated as in section
/// 17 of the requirements.
inline constexpr std::string_view condition_nodes_minded = "NodesMinded";

/// `status`: "True", "False" or "Unknown". It says nothing of a time yet.
[[nodiscard]] Condition condition(std::string_view type, std::string_view status, std::string_view reason,
                                  std::string message);

/// Dates it: since when the condition of its type has had its status, by those of `before`; else now.
void set_transition_time(Condition& condition, const std::vector<Condition>& before, Time now);

/// The array as in an object's status.
[[nodiscard]] nlohmann::ordered_json to_json(const std::vector<Condition>& conditions);

}  // namespace everynode::objects
