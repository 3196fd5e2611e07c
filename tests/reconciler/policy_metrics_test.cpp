#include "reconciler/policy_metrics.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "builders.hpp"

namespace everynode::reconciler {
namespace {

using support::at;

using Families = std::vector<prometheus::MetricFamily>;

const prometheus::MetricFamily& family_of(const Families& families, const std::string& name) {
  return *std::ranges::find(families, name, &prometheus::MetricFamily::name);
}

/// The value of the first series that has this value of a label, of any label; -1: there is none.
double value_of(const Families& families, const std::string& name, const std::string& label = "agent") {
  for (const auto& metric : family_of(families, name).metric) {
    const auto has = [&](const auto& one) { return one.value == label; };
    if (std::ranges::any_of(metric.label, has)) return metric.gauge.value;
  }
  return -1;
}

objects::Condition condition(std::string status, std::string reason) {
  return {.type = "Accepted",
          .status = std::move(status),
          .reason = std::move(reason),
          .message = {},
          .last_transition_time = {}};
}

objects::RolloutPolicy policy() {
  objects::RolloutPolicy policy;
  policy.namespace_ = "default";
  policy.name = "network";
  policy.uid = "p";
  policy.resource_version = "5";
  policy.waves.resize(2);
  policy.waves[0].name = "canary";
  policy.waves[1].name = "zones";
  policy.waves[1].by = "zone";
  policy.status.conditions = {condition("True", "Accepted")};
  return policy;
}

objects::DaemonSetRollout rollout(std::string phase, std::string wave) {
  objects::DaemonSetRollout rollout;
  rollout.name = "agent";
  rollout.phase = std::move(phase);
  rollout.wave = std::move(wave);
  rollout.desired = 10;
  rollout.updated = 4;
  rollout.deferred = 2;
  rollout.failed = 1;
  return rollout;
}

/// DaemonSet default/agent under the policy.
struct Fixture : ::testing::Test {
  cache::Store store;
  PolicyMetrics metrics;
  const cache::Key agent{.namespace_ = "default", .name = "agent"};

  Fixture() {
    store.put(support::daemon_set());
    store.put(policy());
  }
};
using PolicyMetricsTest = Fixture;

TEST_F(PolicyMetricsTest, TellPhaseWaveAndNodes) {
  store.set_rollout(agent, rollout("Held", "zones/a"));
  const Families families = metrics.collect(store, at(0));
  EXPECT_EQ(value_of(families, "everynode_rollout_phase", "Held"), 1);
  EXPECT_EQ(value_of(families, "everynode_rollout_phase", "Failed"), 0);
  EXPECT_EQ(family_of(families, "everynode_rollout_phase").metric.size(), 8U);
  EXPECT_EQ(value_of(families, "everynode_rollout_wave"), 2);
  EXPECT_EQ(value_of(families, "everynode_rollout_waves"), 3);
  EXPECT_EQ(value_of(families, "everynode_rollout_nodes", "desired"), 10);
  EXPECT_EQ(value_of(families, "everynode_rollout_nodes", "updated"), 4);
  EXPECT_EQ(value_of(families, "everynode_rollout_nodes", "deferred"), 2);
  EXPECT_EQ(value_of(families, "everynode_rollout_nodes", "failed"), 1);
  EXPECT_EQ(value_of(families, "everynode_rollout_policy_accepted", "network"), 1);
}

TEST_F(PolicyMetricsTest, NumberTheRestAsTheLastWaveAndNoneAsZero) {
  store.set_rollout(agent, rollout("Rolling", "rest"));
  EXPECT_EQ(value_of(metrics.collect(store, at(0)), "everynode_rollout_wave"), 3);
  store.set_rollout(agent, rollout("Complete", ""));
  EXPECT_EQ(value_of(metrics.collect(store, at(0)), "everynode_rollout_wave"), 0);
}

TEST_F(PolicyMetricsTest, CountTheSecondsOfAPhaseAndBeginAnewWithTheNext) {
  const std::string seconds = "everynode_rollout_phase_seconds";
  store.set_rollout(agent, rollout("Soaking", "canary"));
  EXPECT_EQ(value_of(metrics.collect(store, at(10)), seconds), 0);
  EXPECT_EQ(value_of(metrics.collect(store, at(40)), seconds), 30);
  store.set_rollout(agent, rollout("Held", "canary"));
  EXPECT_EQ(value_of(metrics.collect(store, at(50)), seconds), 0);
  EXPECT_EQ(value_of(metrics.collect(store, at(55)), seconds), 5);
}

TEST_F(PolicyMetricsTest, GoOnCountingAfterARestartFromWhatTheStatusTells) {
  auto known = policy();
  known.resource_version = "6";
  known.status.conditions.push_back({.type = "Progressing",
                                     .status = "False",
                                     .reason = "Held",
                                     .message = "agent: wave canary is on hold",
                                     .last_transition_time = "2026-11-24T11:00:00Z"});
  store.put(known);
  store.set_rollout(agent, rollout("Held", "canary"));
  EXPECT_EQ(value_of(metrics.collect(store, at(0)), "everynode_rollout_phase_seconds"), 3600);
}

TEST_F(PolicyMetricsTest, OfAReplicaThatDoesNotLeadAreWhatTheStatusTells) {
  auto known = policy();
  known.resource_version = "6";
  known.status.daemon_sets = {rollout("Failed", "canary")};
  store.put(known);
  EXPECT_EQ(value_of(metrics.collect(store, at(0)), "everynode_rollout_phase", "Failed"), 1);
}

TEST_F(PolicyMetricsTest, GoWithTheDaemonSetAndWithThePolicy) {
  const std::string seconds = "everynode_rollout_phase_seconds";
  store.set_rollout(agent, rollout("Held", "canary"));
  EXPECT_EQ(value_of(metrics.collect(store, at(0)), seconds), 0);
  store.remove_daemon_set(agent, "ds-1");
  for (const auto& family : metrics.collect(store, at(10))) {
    EXPECT_EQ(family.metric.size(), family.name == "everynode_rollout_policy_accepted" ? 1U : 0U) << family.name;
  }
  auto again = support::daemon_set();
  again.uid = "ds-2";
  store.put(again);
  store.set_rollout(agent, rollout("Held", "canary"));
  EXPECT_EQ(value_of(metrics.collect(store, at(20)), seconds), 0) << "of another DaemonSet of the same name";
  store.remove_policy({.namespace_ = "default", .name = "network"}, "p");
  for (const auto& family : metrics.collect(store, at(30))) EXPECT_TRUE(family.metric.empty()) << family.name;
}

TEST_F(PolicyMetricsTest, SayThatAPolicyIsNotAccepted) {
  auto known = policy();
  known.resource_version = "6";
  known.status.conditions.front() = condition("False", "Conflicted");
  store.put(known);
  EXPECT_EQ(value_of(metrics.collect(store, at(0)), "everynode_rollout_policy_accepted", "Conflicted"), 0);
}

}  // namespace
}  // namespace everynode::reconciler
