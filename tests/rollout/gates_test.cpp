// Which waves are open, and what a rollout waits for.
#include "everynode/rollout/gates.hpp"

#include <gtest/gtest.h>

namespace everynode::rollout {
namespace {

using std::chrono::minutes;

constexpr objects::Time noon{std::chrono::sys_days(std::chrono::year(2026) / 11 / 24) + std::chrono::hours(12)};
constexpr NodeProgress old{.updated = false, .outdated = true, .ready_since = {}};
constexpr NodeProgress between{};

NodeProgress ready(minutes at) {
  return {.updated = true, .outdated = false, .ready_since = noon + at};
}

/// canary: soaks 10 minutes and is held; zones: one after the other, soaks 5 minutes.
objects::RolloutPolicy policy() {
  objects::RolloutPolicy policy;
  objects::Wave& canary = policy.waves.emplace_back();
  canary.name = "canary";
  canary.nodes.emplace();
  canary.soak = minutes(10);
  canary.hold = true;
  objects::Wave& zones = policy.waves.emplace_back();
  zones.name = "zones";
  zones.by = "zone";
  zones.soak = minutes(5);
  return policy;
}

const Place canary{.wave = 0, .part = {}};
const Place zone_a{.wave = 1, .part = "a"};
const Place zone_b{.wave = 1, .part = "b"};
const Place rest{.wave = 2, .part = {}};

struct Node {
  Place place;
  NodeProgress progress;
};

Progress progress_of(const objects::RolloutPolicy& policy, const std::vector<Node>& nodes, minutes now) {
  Gates gates(policy, "agent", "agent-new");
  for (const Node& node : nodes) gates.add(node.place, node.progress);
  return gates.progress(noon + now);
}

void expect_at(const Progress& progress, Phase phase, const Place& place) {
  EXPECT_EQ(name_of(progress.phase), name_of(phase));
  ASSERT_TRUE(progress.at);
  EXPECT_TRUE(*progress.at == place) << progress.at->wave << "/" << progress.at->part;
}

void promote(objects::RolloutPolicy& policy, std::string wave, std::string revision = "agent-new") {
  policy.status.promoted.push_back({.daemon_set = "agent", .wave = std::move(wave), .revision = std::move(revision)});
}

TEST(Gates, OpenTheFirstWaveThatIsNotDoneAndNoneBehindIt) {
  const Progress progress =
      progress_of(policy(), {{canary, old}, {canary, ready(minutes(0))}, {zone_a, old}}, minutes(1));
  expect_at(progress, Phase::rolling, canary);
  EXPECT_TRUE(progress.is_open(canary));
  EXPECT_FALSE(progress.is_open(zone_a));
  EXPECT_FALSE(progress.is_open(rest));
  EXPECT_EQ(progress.desired, 3);
  EXPECT_EQ(progress.updated, 1);
  EXPECT_EQ(progress.wave.desired, 2);
  EXPECT_EQ(progress.wave.updated, 1);
}

TEST(Gates, WaitForAPodThatIsNotAvailable) {
  expect_at(progress_of(policy(), {{canary, between}, {zone_a, old}}, minutes(60)), Phase::rolling, canary);
}

TEST(Gates, SoakFromTheLastPodThatBecameReady) {
  const std::vector<Node> nodes{{canary, ready(minutes(0))}, {canary, ready(minutes(3))}, {zone_a, old}};
  const Progress soaking = progress_of(policy(), nodes, minutes(12));
  expect_at(soaking, Phase::soaking, canary);
  EXPECT_EQ(soaking.until, noon + minutes(13));
  EXPECT_FALSE(soaking.is_open(zone_a));
  expect_at(progress_of(policy(), nodes, minutes(13)), Phase::held, canary);
}

TEST(Gates, HoldUntilTheWaveIsPromotedForThisRevision) {
  objects::RolloutPolicy wanted = policy();
  const std::vector<Node> nodes{{canary, ready(minutes(0))}, {zone_a, old}};
  promote(wanted, "canary", "agent-old");
  promote(wanted, "zones/a");
  expect_at(progress_of(wanted, nodes, minutes(60)), Phase::held, canary);
  wanted.status.promoted.push_back({.daemon_set = "other", .wave = "canary", .revision = "agent-new"});
  expect_at(progress_of(wanted, nodes, minutes(60)), Phase::held, canary);
  promote(wanted, "canary");
  expect_at(progress_of(wanted, nodes, minutes(60)), Phase::rolling, zone_a);
}

TEST(Gates, HoldAlsoForAWaveThatHasNoNodes) {
  expect_at(progress_of(policy(), {{zone_a, old}}, minutes(0)), Phase::held, canary);
}

TEST(Gates, HoldNothingIfNothingIsLeft) {
  EXPECT_EQ(progress_of(policy(), {{canary, ready(minutes(0))}, {rest, ready(minutes(0))}}, minutes(60)).phase,
            Phase::complete);
  EXPECT_EQ(progress_of(policy(), {}, minutes(60)).phase, Phase::complete);
}

TEST(Gates, GoThroughTheValuesOfALabelInTheirOrder) {
  objects::RolloutPolicy wanted = policy();
  promote(wanted, "canary");
  const std::vector<Node> begun{{zone_b, old}, {zone_a, ready(minutes(0))}, {rest, old}};
  expect_at(progress_of(wanted, begun, minutes(4)), Phase::soaking, zone_a);
  const Progress next = progress_of(wanted, begun, minutes(5));
  expect_at(next, Phase::rolling, zone_b);
  EXPECT_TRUE(next.is_open(zone_a));
  EXPECT_FALSE(next.is_open(rest));
}

TEST(Gates, SoakTheLastWaveToo) {
  objects::RolloutPolicy wanted = policy();
  expect_at(progress_of(wanted, {{zone_b, ready(minutes(0))}}, minutes(4)), Phase::soaking, zone_b);
  EXPECT_EQ(progress_of(wanted, {{zone_b, ready(minutes(0))}}, minutes(5)).phase, Phase::complete);
}

TEST(Gates, PauseWhateverIsNotComplete) {
  objects::RolloutPolicy wanted = policy();
  wanted.paused = true;
  const Progress progress = progress_of(wanted, {{canary, old}}, minutes(0));
  expect_at(progress, Phase::paused, canary);
  EXPECT_FALSE(progress.is_open(canary));
  EXPECT_EQ(progress.until, std::nullopt);
  EXPECT_EQ(progress_of(wanted, {{rest, ready(minutes(0))}}, minutes(0)).phase, Phase::complete);
}

/// What was complete once stays so: a node that joins or a pod that crashes closes no wave. Nodes that come back late
/// with an old pod need not wait for waves.
TEST(Gates, LetARevisionThatWasCompleteGoEverywhere) {
  objects::RolloutPolicy wanted = policy();
  objects::DaemonSetRollout& known = wanted.status.daemon_sets.emplace_back();
  known.name = "agent";
  known.last_complete_revision = "agent-new";
  EXPECT_EQ(progress_of(wanted, {{canary, between}, {zone_a, ready(minutes(0))}}, minutes(1)).phase, Phase::complete);
  const Progress late = progress_of(wanted, {{canary, between}, {zone_b, old}}, minutes(1));
  EXPECT_EQ(late.phase, Phase::rolling);
  EXPECT_TRUE(late.is_open(rest));
  EXPECT_FALSE(late.at);
  known.last_complete_revision = "agent-old";
  expect_at(progress_of(wanted, {{canary, between}, {zone_b, old}}, minutes(1)), Phase::rolling, canary);
}

/// Once the last old pod has gone, only the status knows that the revision comes back.
TEST(Gates, ARevisionThatComesBackIsCompleteWhenItsLastPodIsAvailable) {
  objects::RolloutPolicy wanted;
  objects::DaemonSetRollout& known = wanted.status.daemon_sets.emplace_back();
  known.name = "agent";
  known.last_complete_revision = "agent-new";
  known.revision = "agent-bad";
  known.phase = "RollingBack";
  const Place only{.wave = 0, .part = {}};
  const std::vector<Node> nodes{{only, between}, {only, ready(minutes(0))}};
  const auto phase = [&](const std::vector<Node>& on) { return name_of(progress_of(wanted, on, minutes(0)).phase); };
  EXPECT_EQ(phase(nodes), "RollingBack");
  known.revision = "agent-new";
  EXPECT_EQ(phase(nodes), "RollingBack");
  EXPECT_EQ(phase({nodes[1]}), "Complete");
  known.phase = "Rolling";
  EXPECT_EQ(phase(nodes), "Rolling") << "a node came back with an old pod";
  known.phase = "Complete";
  EXPECT_EQ(phase(nodes), "Complete") << "a pod crashes later";
  Gates gates(wanted, "agent", "agent-new");
  known.phase = "RollingBack";
  gates.defer(only, true, true);
  gates.add(only, ready(minutes(0)));
  EXPECT_EQ(gates.progress(noon).phase, Phase::complete) << "nobody waits for a node that is deferred";
}

TEST(Gates, WithoutWavesAllNodesAreOpen) {
  objects::RolloutPolicy wanted;
  const Place only{.wave = 0, .part = {}};
  const Progress progress = progress_of(wanted, {{only, old}, {only, ready(minutes(0))}}, minutes(0));
  expect_at(progress, Phase::rolling, only);
  EXPECT_TRUE(progress.is_open(only));
  EXPECT_EQ(progress_of(wanted, {{only, ready(minutes(0))}}, minutes(0)).phase, Phase::complete);
}

NodeProgress late(NodeProgress progress) {
  progress.late = true;
  return progress;
}
NodeProgress failed() {
  NodeProgress progress;
  progress.failed = true;
  return progress;
}

TEST(Gates, WaitForNoNodeThatCameLate) {
  objects::RolloutPolicy wanted = policy();
  promote(wanted, "canary");
  const std::vector<Node> nodes{{canary, ready(minutes(0))}, {canary, late(old)}, {zone_a, old}};
  expect_at(progress_of(wanted, nodes, minutes(10)), Phase::rolling, zone_a);
  const Progress all_but_late =
      progress_of(wanted, {{canary, ready(minutes(0))}, {canary, late(old)}, {zone_a, ready(minutes(0))}}, minutes(60));
  EXPECT_EQ(all_but_late.phase, Phase::rolling) << "it is complete when the late ones have it too";
  EXPECT_TRUE(all_but_late.is_open(rest));
  const NodeProgress fresh = late(ready(minutes(59)));
  EXPECT_EQ(progress_of(wanted, {{canary, ready(minutes(0))}, {canary, fresh}}, minutes(60)).phase, Phase::complete)
      << "and they need not soak";
}

TEST(Gates, AreHeldWhileAllNodesThatAreToComeAreBad) {
  objects::RolloutPolicy wanted = policy();
  const auto phase = [&] {
    Gates gates(wanted, "agent", "agent-new");
    gates.add(canary, ready(minutes(0)));
    gates.defer(zone_a, true, true);
    return gates.progress(noon + minutes(60)).phase;
  };
  EXPECT_EQ(phase(), Phase::held);
  promote(wanted, "canary");
  EXPECT_EQ(phase(), Phase::complete) << "nobody waits for them";
}

TEST(Gates, CountDeferredNodesAndWaitForNone) {
  const objects::RolloutPolicy wanted = policy();
  Gates gates(wanted, "agent", "agent-new");
  gates.defer(canary, true, true);
  gates.defer(rest, false, false);
  gates.add(rest, ready(minutes(0)));
  const Progress progress = gates.progress(noon + minutes(60));
  EXPECT_EQ(progress.phase, Phase::complete);
  EXPECT_EQ(progress.desired, 2);
  EXPECT_EQ(progress.updated, 1);
  EXPECT_EQ(progress.deferred, 2);
}

TEST(Gates, CloseWhenMoreNodesFailedThanMay) {
  objects::RolloutPolicy wanted;
  const Place only{.wave = 0, .part = {}};
  const std::vector<Node> nodes{{only, failed()}, {only, failed()}, {only, old}};
  EXPECT_EQ(progress_of(wanted, nodes, minutes(0)).phase, Phase::rolling) << "nobody said how many may";
  wanted.failure.emplace().max_failed_nodes.value = 2;
  EXPECT_TRUE(progress_of(wanted, nodes, minutes(0)).is_open(only));
  wanted.failure->max_failed_nodes = {.value = 34, .percent = true};
  EXPECT_TRUE(progress_of(wanted, nodes, minutes(0)).is_open(only)) << "34 % of 3, rounded up";
  wanted.failure->max_failed_nodes = {.value = 1, .percent = false};
  const Progress stopped = progress_of(wanted, nodes, minutes(0));
  EXPECT_EQ(stopped.phase, Phase::failed);
  EXPECT_EQ(stopped.failed, 2);
  EXPECT_FALSE(stopped.is_open(only));
}

}  // namespace
}  // namespace everynode::rollout
