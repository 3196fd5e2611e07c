/// What a rollout waits for, in words.
#pragma once

#include <string>

#include "everynode/daemonset/report.hpp"
#include "everynode/inspection/inspector.hpp"

namespace everynode::inspection {

[[nodiscard]] bool is_in_trouble(const daemonset::NodeReport& node);

/// A policy serves the DaemonSet.
[[nodiscard]] bool is_served(const Inspection& inspection);

/// The first node that is in trouble and how many more there are; if none is, the first that is not as it should be,
/// in words.
[[nodiscard]] std::string first_trouble(const daemonset::Report& report);

/// What the rollout waits for, in words: a trouble; who must delete which pods (updateStrategy OnDelete); the
/// controller, if it has not seen this generation; else the first node that is not as it should be. Empty: for nothing.
[[nodiscard]] std::string waits_for(const Inspection& inspection);

}  // namespace everynode::inspection
