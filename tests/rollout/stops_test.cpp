// What stops a rollout beside its waves, and what goes back.
#include <gtest/gtest.h>

#include "everynode/rollout/gates.hpp"
#include "everynode/rollout/status.hpp"

namespace everynode::rollout {
namespace {

using std::chrono::hours;

constexpr objects::Time noon{std::chrono::sys_days(std::chrono::year(2026) / 11 / 24) + hours(12)};
const Place only{.wave = 0, .part = {}};
constexpr NodeProgress old{.updated = false, .outdated = true};
constexpr NodeProgress updated{.updated = true, .outdated = false, .ready_since = noon - hours(1)};
constexpr NodeProgress failed{.failed = true};
constexpr NodeProgress returning{.outdated = true, .failed = false, .returns = true};

objects::RolloutPolicy rolling_back(std::string complete = "agent-old") {
  objects::RolloutPolicy policy;
  policy.namespace_ = "kube-system";
  policy.failure = {.max_failed_nodes = {.value = 0, .percent = false}, .then = objects::AfterFailure::rollback};
  objects::DaemonSetRollout& known = policy.status.daemon_sets.emplace_back();
  known.name = "agent";
  known.last_complete_revision = std::move(complete);
  return policy;
}

objects::RolloutPolicy failed_in(std::int64_t generation) {
  objects::RolloutPolicy policy = rolling_back();
  policy.status.daemon_sets[0].failed_revisions = {
      {.revision = "agent-new", .generation = generation, .message = "1 of 2 nodes failed"}};
  return policy;
}

Circumstances generation(std::int64_t number) {
  return {.windows = {}, .generation = number, .has_last_complete = true};
}

Circumstances closed(hours opens) {
  return {.windows = {.open = false, .changes_at = noon + opens, .local = "then"}, .generation = 1};
}

Progress progress_of(const objects::RolloutPolicy& policy, const std::vector<NodeProgress>& nodes,
                     const Circumstances& circumstances) {
  Gates gates(policy, "agent", "agent-new");
  for (const NodeProgress& node : nodes) gates.add(only, node);
  return gates.progress(noon, circumstances);
}

TEST(Windows, StopTheRolloutUntilTheNextOneOpens) {
  const Progress progress = progress_of({}, {old, updated}, closed(hours(3)));
  EXPECT_EQ(progress.phase, Phase::outside_window);
  EXPECT_FALSE(progress.is_open(only));
  EXPECT_EQ(progress.until, noon + hours(3));
  EXPECT_EQ(progress.again_at, noon + hours(3));
}

TEST(Windows, ThatAreOpenTellWhenTheyClose) {
  const Circumstances open{.windows = {.open = true, .changes_at = noon + hours(2), .local = {}}};
  const Progress progress = progress_of({}, {old, updated}, open);
  EXPECT_EQ(progress.phase, Phase::rolling);
  EXPECT_TRUE(progress.is_open(only));
  EXPECT_EQ(progress.closes_at, noon + hours(2));
  EXPECT_EQ(progress.again_at, noon + hours(2));
}

TEST(Windows, StopNothingWhereAllPodsAreNew) {
  EXPECT_EQ(progress_of({}, {updated, {}}, closed(hours(3))).phase, Phase::rolling);
  EXPECT_EQ(progress_of({}, {updated}, closed(hours(3))).phase, Phase::complete);
}

TEST(Windows, AreNotTheReasonWhileSomethingElseIsWaitedForLonger) {
  objects::RolloutPolicy policy;
  objects::Wave& wave = policy.waves.emplace_back();
  wave.name = "first";
  wave.nodes.emplace();
  wave.soak = hours(3);
  const Place rest{.wave = 1, .part = {}};
  const auto phase_of = [&](hours opens) {
    Gates gates(policy, "agent", "agent-new");
    gates.add(only, updated);
    gates.add(rest, old);
    return gates.progress(noon, closed(opens)).phase;
  };
  EXPECT_EQ(phase_of(hours(1)), Phase::soaking);
  EXPECT_EQ(phase_of(hours(4)), Phase::outside_window);
  wave.soak = {};
  wave.hold = true;
  EXPECT_EQ(phase_of(hours(4)), Phase::held);
  policy.paused = true;
  EXPECT_EQ(phase_of(hours(4)), Phase::paused);
}

TEST(Rollback, IsRememberedBeforeTheTemplateGoesBack) {
  const Progress first = progress_of(rolling_back(), {failed, old}, generation(4));
  EXPECT_EQ(first.phase, Phase::rolling_back);
  EXPECT_EQ(first.records, 4);
  EXPECT_FALSE(first.restores);
  EXPECT_FALSE(first.is_open(only));
  const objects::DaemonSetRollout told = rollout_of(rolling_back(), "agent", "agent-new", first);
  EXPECT_EQ(told.failed_revisions, (std::vector<objects::FailedRevision>{
                                       {.revision = "agent-new",
                                        .generation = 4,
                                        .message = "1 of 2 nodes failed, more than spec.failure.maxFailedNodes"}}));
  EXPECT_EQ(told.last_complete_revision, "agent-old");
  const Progress then = progress_of(failed_in(4), {failed, old}, generation(4));
  EXPECT_EQ(then.phase, Phase::rolling_back);
  EXPECT_EQ(then.records, std::nullopt);
  EXPECT_TRUE(then.restores);
}

TEST(Rollback, GoesThroughAlsoIfTheNodesRecoverMeanwhile) {
  EXPECT_TRUE(progress_of(failed_in(4), {updated, old}, generation(4)).restores);
}

TEST(Rollback, OfATemplateThatSomebodyPutsBackIsNotDoneAgain) {
  const Progress progress = progress_of(failed_in(4), {old, old}, generation(6));
  EXPECT_EQ(progress.phase, Phase::failed);
  EXPECT_FALSE(progress.restores);
  EXPECT_EQ(progress.records, std::nullopt);
  EXPECT_FALSE(progress.is_open(only));
  EXPECT_TRUE(progress.remedy.contains("everynode rollout retry ds/agent -n kube-system")) << progress.remedy;
}

/// Who retries takes the revision off the list.
TEST(Rollback, OfARevisionThatIsTriedAgainIsOver) {
  EXPECT_TRUE(progress_of(rolling_back(), {old, old}, generation(6)).is_open(only));
}

TEST(Rollback, IsNotDoneWhilePaused) {
  for (objects::RolloutPolicy policy : {rolling_back(), failed_in(4)}) {
    policy.paused = true;
    const Progress progress = progress_of(policy, {failed, old}, generation(4));
    EXPECT_EQ(progress.phase, Phase::failed);
    EXPECT_EQ(progress.records, std::nullopt);
    EXPECT_FALSE(progress.restores);
  }
}

TEST(Rollback, NeedsARevisionToGoBackTo) {
  for (const char* complete : {"", "agent-new"}) {
    const Progress progress = progress_of(rolling_back(complete), {failed, old}, generation(4));
    EXPECT_EQ(progress.phase, Phase::failed);
    EXPECT_EQ(progress.records, std::nullopt) << "nothing is written down for nothing";
  }
  Circumstances gone = generation(4);
  gone.has_last_complete = false;
  EXPECT_TRUE(
      progress_of(rolling_back(), {failed, old}, gone).remedy.contains("agent-old, which was complete, is gone"));
}

TEST(Rollback, IsNotWantedByAPolicyThatPauses) {
  objects::RolloutPolicy policy = failed_in(4);
  policy.failure->then = objects::AfterFailure::pause;
  const Progress progress = progress_of(policy, {failed, old}, generation(4));
  EXPECT_EQ(progress.phase, Phase::failed);
  EXPECT_FALSE(progress.restores);
}

TEST(TheWayBack, KnowsNoWavesNoWindowsAndNoFailedNodes) {
  objects::RolloutPolicy policy = rolling_back("agent-new");  // the one that is current again
  objects::Wave& wave = policy.waves.emplace_back();
  wave.name = "first";
  wave.nodes.emplace();
  wave.hold = true;
  NodeProgress bad = returning;
  bad.failed = true;
  const Progress progress = progress_of(policy, {bad, returning, failed, updated}, closed(hours(3)));
  EXPECT_EQ(progress.phase, Phase::rolling_back);
  EXPECT_TRUE(progress.is_open({.wave = 1, .part = {}}));
  EXPECT_EQ(progress.closes_at, std::nullopt);
  policy.paused = true;
  EXPECT_FALSE(progress_of(policy, {returning}, closed(hours(3))).is_open(only)) << "a person stops it";
}

/// A node that comes back late with a pod of an older revision may wait for a window.
TEST(TheWayBack, IsNotThatOfANodeThatComesBack) {
  const Progress progress = progress_of(rolling_back("agent-new"), {old, updated}, closed(hours(3)));
  EXPECT_EQ(progress.phase, Phase::outside_window);
  EXPECT_FALSE(progress.is_open(only));
}

TEST(FailedRevisions, AreForgottenWhenTheyAreComplete) {
  const Progress progress = progress_of(failed_in(4), {updated}, generation(7));
  EXPECT_EQ(progress.phase, Phase::complete);
  const objects::DaemonSetRollout told = rollout_of(failed_in(4), "agent", "agent-new", progress);
  EXPECT_TRUE(told.failed_revisions.empty());
  EXPECT_EQ(told.last_complete_revision, "agent-new");
}

TEST(FailedRevisions, AreTheLastTen) {
  objects::RolloutPolicy policy = rolling_back();
  for (int i = 0; i < 12; ++i) {
    policy.status.daemon_sets[0].failed_revisions.push_back(
        {.revision = "agent-" + std::to_string(i), .generation = i, .message = {}});
  }
  const Progress progress = progress_of(policy, {failed, old}, generation(40));
  const auto told = rollout_of(policy, "agent", "agent-new", progress).failed_revisions;
  ASSERT_EQ(told.size(), 10U);
  EXPECT_EQ(told.front().revision, "agent-3");
  EXPECT_EQ(told.back().revision, "agent-new");
}

}  // namespace
}  // namespace everynode::rollout
