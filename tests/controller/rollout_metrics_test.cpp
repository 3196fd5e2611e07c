#include "everynode/controller/rollout_metrics.hpp"

#include <gtest/gtest.h>

#include "builders.hpp"

namespace everynode::controller {
namespace {

double value_of(const prometheus::MetricFamily& family, const std::string& state) {
  for (const auto& metric : family.metric) {
    for (const auto& label : metric.label) {
      if (label.name == "state" && label.value == state) return metric.gauge.value;
    }
  }
  return -1;
}

TEST(RolloutMetrics, CountNodesByState) {
  cache::Store store;
  store.put(support::daemon_set());
  for (const auto* name : {"n1", "n2"}) store.put(support::node(name));
  store.put(support::revision("new", 1, support::daemon_set().revision_data));
  store.put(support::pod("a", "n1"));
  const auto families = rollout_metrics(store, support::at(100));
  ASSERT_EQ(families.size(), 3U);
  EXPECT_EQ(value_of(families[0], "updated"), 1);
  EXPECT_EQ(value_of(families[0], "missing"), 1);
  EXPECT_EQ(value_of(families[0], "outdated"), 0);
  EXPECT_EQ(families[1].metric.front().gauge.value, 1);
  EXPECT_EQ(families[2].metric.front().gauge.value, 1);
}

TEST(RolloutMetrics, AreEmptyWithoutDaemonSets) {
  EXPECT_TRUE(rollout_metrics({}, support::at(0)).front().metric.empty());
}

}  // namespace
}  // namespace everynode::controller
