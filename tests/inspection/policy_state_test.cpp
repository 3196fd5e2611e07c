// What people are told of a rollout by a policy.
#include "everynode/inspection/policy_state.hpp"

#include <gtest/gtest.h>

#include "builders.hpp"
#include "everynode/rollout/steering.hpp"

namespace everynode::inspection {
namespace {

using support::at;
using support::pod;

/// Policy default/network, whose wave canary soaks for ten minutes and is on hold then.
objects::RolloutPolicy policy() {
  objects::RolloutPolicy policy;
  policy.namespace_ = "default";
  policy.name = "network";
  policy.generation = 2;
  policy.status.observed_generation = 2;
  objects::Wave canary;
  canary.name = "canary";
  canary.soak = std::chrono::minutes(10);
  canary.hold = true;
  policy.waves = {canary};
  return policy;
}

/// Node n1 in the wave canary, with a new pod that has been ready since noon; n2 and n3 in the rest, n3 deferred.
support::Scene scene() {
  support::Scene scene;
  scene.with_current_revision();
  scene.policy = policy();
  scene.on("n1", {pod("a", "n1")}).on("n2", {pod("b", "n2", "old")}).on("n3", {pod("c", "n3", "old")});
  scene.places = {{.wave = 0, .part = {}}, {.wave = 1, .part = {}}, {.wave = 1, .part = {}}};
  return scene;
}

PolicyState state_at(const support::Scene& scene, double seconds) {
  daemonset::Snapshot snapshot = scene.snapshot();
  std::vector<daemonset::DaemonNode> nodes(snapshot.nodes.begin(), snapshot.nodes.end());
  nodes.back().health.ready = false;
  snapshot.nodes = nodes;
  return policy_state(daemonset::Situation(snapshot, "new", at(seconds)), "agent-new");
}

std::string text_of(const PolicyState& state, double seconds) {
  std::string text;
  for (const std::string& line : lines_of(state, at(seconds))) text += line + "\n";
  return text;
}

TEST(PolicyState, ShowsTheSoakAsAClockAndTheNodesThatAreDeferred) {
  const PolicyState state = state_at(scene(), 60);
  EXPECT_EQ(text_of(state, 60),
            "RolloutPolicy network: Soaking, another 9 min 0 s; wave canary soaks until 2026-11-24T12:10:00Z\n"
            "  canary  1/1  here\n"
            "  rest    0/1  waits\n"
            "  deferred 1: n3 (NotReady)\n");
  EXPECT_EQ(waits_for(state), "wave canary soaks until 2026-11-24T12:10:00Z") << "without what runs down";
  EXPECT_FALSE(is_complete(state));
}

TEST(PolicyState, NamesTheCommandThatPromotes) {
  EXPECT_EQ(waits_for(state_at(scene(), 700)),
            "wave canary is on hold until somebody promotes it: everynode rollout promote ds/agent -n default");
}

TEST(PolicyState, IsCompleteThoughNodesAreDeferred) {
  support::Scene complete;
  complete.with_current_revision();
  complete.policy = policy();
  complete.on("n1", {pod("a", "n1")}).on("n3", {pod("c", "n3", "old")});
  complete.places = {{.wave = 1, .part = {}}, {.wave = 1, .part = {}}};
  EXPECT_FALSE(is_complete(state_at(complete, 700))) << "a hold outlasts an outage";
  complete.policy->status.promoted = {{.daemon_set = "agent", .wave = "canary", .revision = "agent-new"}};
  const PolicyState state = state_at(complete, 700);
  EXPECT_TRUE(is_complete(state));
  EXPECT_EQ(state.rollout.deferred, 1);
  EXPECT_EQ(waits_for(state), "");
}

TEST(PolicyState, IsNotCompleteWhileThePodsOfARevisionThatWasStart) {
  support::Scene back;
  back.with_current_revision();
  back.policy = policy();
  auto starting = pod("a", "n1");
  starting.ready = false;
  back.on("n1", {starting}).on("n3", {pod("c", "n3")});
  back.places = {{.wave = 1, .part = {}}, {.wave = 1, .part = {}}};
  objects::DaemonSetRollout& known = back.policy->status.daemon_sets.emplace_back();
  known.name = "agent";
  known.last_complete_revision = "agent-new";
  const PolicyState state = state_at(back, 5);
  EXPECT_EQ(state.rollout.phase, "Complete");
  EXPECT_FALSE(is_complete(state));
}

TEST(PolicyState, SaysThatNoReconcilerHasLookedAtIt) {
  auto one = scene();
  one.policy->status.observed_generation = 1;
  EXPECT_TRUE(text_of(state_at(one, 60), 60).contains("no reconciler has looked at it yet"));
}

TEST(PolicyState, OfWhomItDoesNotServeHasTheReasonAndNothingElse) {
  auto one = scene();
  one.policy->status.conditions = {{.type = "Accepted",
                                    .status = "False",
                                    .reason = "NotServed",
                                    .message = "set OnDelete",
                                    .last_transition_time = {}}};
  const PolicyState state = state_at(one, 60);
  EXPECT_EQ(text_of(state, 60), "RolloutPolicy network does not serve it: NotServed: set OnDelete\n");
  EXPECT_EQ(waits_for(state), "");
  EXPECT_FALSE(is_complete(state));
  one.policy->status.daemon_sets.emplace_back().name = "agent";
  EXPECT_EQ(rollout::why_refused(*one.policy, "agent"), "") << "another DaemonSet is refused, this one is served";
  one.policy->status.observed_generation = 1;
  EXPECT_EQ(rollout::why_refused(*one.policy, "other"), "") << "that was told of another spec";
}

TEST(PolicyState, NamesPoliciesThatStandBehindIt) {
  PolicyState state = state_at(scene(), 60);
  state.rivals = {"newer"};
  EXPECT_TRUE(
      text_of(state, 60).ends_with("RolloutPolicy newer selects it too, and does not serve it: network is older\n"));
}

TEST(PolicyState, OfManyWavesShowsThoseAroundTheOneThatIsWaitedFor) {
  PolicyState state;
  state.name = "network";
  state.looked_at = true;
  for (int i = 0; i < 40; ++i) {
    const auto standing = i < 10    ? WaveState::Standing::done
                          : i == 10 ? WaveState::Standing::here
                                    : WaveState::Standing::waits;
    state.waves.push_back({.name = "zones/" + std::to_string(i), .standing = standing, .desired = 3, .updated = 0});
  }
  const std::string text = text_of(state, 0);
  EXPECT_TRUE(
      text.contains("  8 more waves are done\n  zones/8   0/3  done\n  zones/9   0/3  done\n  zones/10  0/3  here\n"))
      << text;
  EXPECT_TRUE(text.ends_with("  zones/16  0/3  waits\n  23 more waves wait\n")) << text;
}

TEST(ToldState, TakesTheStatusForTheSameRevisionOnly) {
  auto one = policy();
  objects::DaemonSetRollout& told = one.status.daemon_sets.emplace_back();
  told.name = "agent";
  told.revision = "agent-1";
  told.phase = "Complete";
  EXPECT_TRUE(is_complete(told_state(one, "agent", "agent-1")));
  EXPECT_FALSE(is_complete(told_state(one, "agent", "agent-2"))) << "the status is about the one before";
}

}  // namespace
}  // namespace everynode::inspection
