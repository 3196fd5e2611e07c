#include "reconciler/rollout_metrics.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "builders.hpp"

namespace everynode::reconciler {
namespace {

/// The value of the family's first series, or of the first with this label: there is only one DaemonSet.
double value_of(const std::vector<prometheus::MetricFamily>& families, const std::string& name,
                const std::string& label = "", const std::string& value = "") {
  for (const auto& family : families) {
    if (family.name != name) continue;
    for (const auto& metric : family.metric) {
      const auto has = [&](const auto& one) { return one.name == label && one.value == value; };
      if (label.empty() || std::ranges::any_of(metric.label, has)) return metric.gauge.value;
    }
  }
  return -1;
}

/// DaemonSet default/agent on two nodes.
cache::Store store_of(objects::DaemonPod pod) {
  cache::Store store;
  store.put(support::daemon_set());
  for (const auto* name : {"n1", "n2"}) store.put(support::node(name));
  store.put(support::revision("new", 1, support::daemon_set().revision_data));
  store.put(std::move(pod));
  return store;
}

TEST(RolloutMetrics, CountNodesByState) {
  const auto families = rollout_metrics(store_of(support::pod("a", "n1")), support::at(100));
  EXPECT_EQ(value_of(families, "everynode_daemonset_nodes", "state", "updated"), 1);
  EXPECT_EQ(value_of(families, "everynode_daemonset_nodes", "state", "missing"), 1);
  EXPECT_EQ(value_of(families, "everynode_daemonset_nodes", "state", "outdated"), 0);
  EXPECT_EQ(value_of(families, "everynode_daemonset_unavailable"), 1);
  EXPECT_EQ(value_of(families, "everynode_daemonset_max_unavailable"), 1);
}

TEST(RolloutMetrics, CountTheUnavailableByReason) {
  auto crashing = support::pod("a", "n1");
  crashing.ready = false;
  crashing.stuck = true;
  const auto families = rollout_metrics(store_of(crashing), support::at(100));
  EXPECT_EQ(value_of(families, "everynode_daemonset_unavailable"), 2);
  EXPECT_EQ(value_of(families, "everynode_daemonset_unavailable_by_reason", "reason", "failing"), 1);
  EXPECT_EQ(value_of(families, "everynode_daemonset_unavailable_by_reason", "reason", "none"), 1) << "n2: soon";
  EXPECT_EQ(value_of(families, "everynode_daemonset_unavailable_by_reason", "reason", "not scheduled"), 0);
}

TEST(RolloutMetrics, TellHowLongARolloutHasStoodStill) {
  const std::string name = "everynode_daemonset_rollout_seconds_since_progress";
  cache::Store store = store_of(support::pod("a", "n1"));  // ready since noon
  EXPECT_EQ(value_of(rollout_metrics(store, support::at(100)), name), 100);
  store.put(support::pod("b", "n2"));
  EXPECT_EQ(value_of(rollout_metrics(store, support::at(100)), name), 0) << "it is complete";
}

TEST(RolloutMetrics, AreEmptyWithoutDaemonSets) {
  EXPECT_TRUE(rollout_metrics({}, support::at(0)).front().metric.empty());
}

}  // namespace
}  // namespace everynode::reconciler
