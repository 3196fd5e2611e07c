/// The rollouts by policies, for Prometheus: computed at a scrape.
#pragma once

#include <prometheus/metric_family.h>

#include <map>
#include <string>
#include <vector>

#include "everynode/cache/store.hpp"
#include "everynode/objects/time.hpp"

namespace everynode::reconciler {

/// For each DaemonSet that a policy serves, labelled with namespace, daemonset and policy: `everynode_rollout_phase` by
/// phase, 1 for the one that it is in; `everynode_rollout_phase_seconds`; `everynode_rollout_wave` and
/// `everynode_rollout_waves`; `everynode_rollout_nodes` by state. For each policy: `everynode_rollout_policy_accepted`.
/// What is gone is left out. Not thread-safe.
class PolicyMetrics {
 public:
  [[nodiscard]] std::vector<prometheus::MetricFamily> collect(const cache::Store& store, objects::Time now);

 private:
  struct Begun {
    std::string phase;
    objects::Time at{};
  };

  /// When the DaemonSet's phase began: as the policy's status tells, else when it was first seen.
  objects::Time begun(const cache::Key& daemon_set, const objects::RolloutPolicy& policy, const std::string& phase,
                      objects::Time now);

  std::map<cache::Key, Begun> phases_;
};

}  // namespace everynode::reconciler
