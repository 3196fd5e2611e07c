/// A DaemonSet with what a person steers or looks back on, read once: its history and its policies.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "everynode/inspection/conversation.hpp"
#include "everynode/inspection/failure.hpp"
#include "everynode/inspection/history.hpp"
#include "everynode/objects/daemon_set.hpp"
#include "everynode/objects/rollout_policy.hpp"

namespace everynode::inspection {

struct Policies {
  std::vector<objects::RolloutPolicy> all;  ///< of the namespace
  bool known = true;                        ///< the cluster has the CustomResourceDefinition

  /// The one that serves the DaemonSet; null: none does.
  [[nodiscard]] const objects::RolloutPolicy* serving(const objects::DaemonSet& daemon_set) const;
};

[[nodiscard]] std::expected<objects::DaemonSet, Failure> read_daemon_set(Conversation& conversation,
                                                                         const std::string& name);
[[nodiscard]] std::expected<History, Failure> read_history(Conversation& conversation,
                                                           const objects::DaemonSet& daemon_set);
[[nodiscard]] std::expected<Policies, Failure> read_policies(Conversation& conversation, const std::string& namespace_);

}  // namespace everynode::inspection
