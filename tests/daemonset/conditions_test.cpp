// The progress of a rollout, as conditions of the status.
#include "everynode/daemonset/conditions.hpp"

#include <gtest/gtest.h>

#include "builders.hpp"
#include "everynode/daemonset/plan.hpp"

namespace everynode::daemonset {
namespace {

using support::at;
using support::pod;
using support::Scene;

constexpr objects::Placement stays{.should_run = false, .should_continue = true, .misfit = objects::Misfit::taint};

objects::DaemonPod unready(const std::string& node, const std::string& hash = "new") {
  objects::DaemonPod starting = pod(hash + "-" + node, node, hash);
  starting.ready = false;
  starting.phase = objects::PodPhase::pending;
  return starting;
}

objects::DaemonPod crashing(const std::string& node) {
  objects::DaemonPod stuck = unready(node);
  stuck.trouble = "container agent: CrashLoopBackOff";
  stuck.stuck = true;
  return stuck;
}

objects::DaemonPod old(const std::string& node) {
  return pod("old-" + node, node, "old");
}

Scene rolling(std::int64_t max_unavailable = 1) {
  Scene scene;
  scene.set.strategy.max_unavailable.value = max_unavailable;
  scene.with_current_revision();
  return scene;
}

Scene surging(std::int64_t max_surge) {
  Scene scene = rolling(0);
  scene.set.strategy.max_surge.value = max_surge;
  return scene;
}

/// "True RollingOut: ...".
std::string to_text(const objects::Condition& condition) {
  return condition.status + " " + condition.reason + (condition.message.empty() ? "" : ": ") + condition.message;
}
std::string progressing(const Scene& scene, double now = 100) {
  return to_text(conditions_of({scene.snapshot(), "new", at(now)}).progressing);
}
std::string degraded(const Scene& scene, double now = 100) {
  return to_text(conditions_of({scene.snapshot(), "new", at(now)}).degraded);
}

TEST(Progressing, IsTrueWhenARolloutIsComplete) {
  EXPECT_EQ(progressing(rolling()), "True RolloutComplete: revision 1 has been rolled out");
  EXPECT_EQ(progressing(rolling().on("n1", {pod("p", "n1")}).on("n2", stays, {old("n2")})),
            "True RolloutComplete: revision 1 has been rolled out");
}

TEST(Progressing, IsTrueWhileARolloutGoesOn) {
  EXPECT_EQ(progressing(rolling().on("n1", {pod("p", "n1")}).on("n2", {unready("n2")}).on("n3", {old("n3")})),
            "True RollingOut: revision 1 is available on 1 of 3 nodes, is coming to 1, waits for its turn on 1");
  EXPECT_EQ(progressing(rolling().on("n1").on("n2", {pod("p", "n2")})),
            "True RollingOut: revision 1 is available on 1 of 2 nodes, is coming to 1");
  EXPECT_EQ(progressing(rolling().on("n1", {old("n1")})),
            "True RollingOut: revision 1 is available on 0 of 1 node, waits for its turn on 1")
      << "there is room: it begins at once";
}

TEST(Progressing, IsFalseWhenTheBudgetIsUsedUpByTroubles) {
  EXPECT_EQ(
      progressing(rolling().on("n1", {crashing("n1")}).on("n2", {old("n2")}).on("n3", {old("n3")})),
      "False WaitingForBudget: 2 of 3 nodes wait for their turn; maxUnavailable 1 is used up by n1 (container agent: "
      "CrashLoopBackOff)");
  EXPECT_EQ(progressing(rolling(2).on("n1", {crashing("n1")}).on("n2", {old("n2")})),
            "True RollingOut: revision 1 is available on 0 of 2 nodes, meets trouble on 1, waits for its turn on 1")
      << "one more may go";
  EXPECT_TRUE(progressing(rolling(2).on("n1", {crashing("n1")}).on("n2", {unready("n2")}).on("n3", {old("n3")}))
                  .starts_with("True RollingOut"))
      << "another is on its way";
}

TEST(Progressing, CountsWhatGoesFromNodesThatAreNotEligible) {  // requirement 10.2
  auto going = old("n1");
  going.terminating = true;
  going.ready = false;
  going.leaves_by = at(-1000);
  EXPECT_EQ(progressing(rolling().on("n1", stays, {going}).on("n2", {old("n2")})),
            "False WaitingForBudget: 1 of 1 node waits for its turn; maxUnavailable 1 is used up by n1 "
            "(its pod should have gone more than 10 minutes ago)");
}

TEST(Progressing, IsLookedAtAgainWhenAPodThatWillGoBecomesAvailable) {
  Scene scene = rolling();
  scene.set.min_ready_seconds = 10;
  objects::DaemonPod leaving = old("n1");
  leaving.ready_since = at(95);
  scene.on("n1", stays, {leaving});
  EXPECT_EQ(conditions_of({scene.snapshot(), "new", at(100)}).again_at, at(105));
}

TEST(Progressing, IsFalseWhenASurgeWaits) {
  Scene scene = surging(1);
  scene.on("n1", {old("n1"), crashing("n1")}).on("n2", {old("n2")});
  EXPECT_EQ(progressing(scene),
            "False WaitingForBudget: 1 of 2 nodes waits for its turn; maxSurge 1 is used up by n1 (container agent: "
            "CrashLoopBackOff)");
  EXPECT_EQ(degraded(scene), "True PodsFailing: 1 of 2 nodes: n1 (container agent: CrashLoopBackOff)");
  EXPECT_TRUE(progressing(surging(1).on("n1", {old("n1"), unready("n1")}).on("n2", {old("n2")}))
                  .starts_with("True RollingOut"));
}

TEST(Progressing, IsFalseWhenOnlyTroublesAreLeft) {
  EXPECT_EQ(
      progressing(rolling().on("n1", {crashing("n1")}).on("n2", {pod("p", "n2")})),
      "False WaitingForPods: revision 1 is not available on 1 of 2 nodes: n1 (container agent: CrashLoopBackOff)");
}

TEST(Progressing, IsUnknownWhenSomebodyHasToDelete) {
  Scene scene = rolling();
  scene.set.strategy.rolling = false;
  scene.on("n1", {old("n1")}).on("n2", {pod("p", "n2")});
  EXPECT_EQ(
      progressing(scene),
      "Unknown WaitingForDeletion: updateStrategy OnDelete: 1 of 2 nodes keeps the pod of an older revision until "
      "somebody deletes it: n1");
}

TEST(Progressing, StaysCompleteWhateverComesAfterwards) {
  Scene scene = rolling();
  scene.set.conditions = {{.type = "Progressing",
                           .status = "True",
                           .reason = "RolloutComplete",
                           .message = {},
                           .last_transition_time = {}}};
  scene.set.status.observed_generation = scene.set.generation;
  scene.on("n1", {crashing("n1")}).on("n2", {pod("p", "n2")}).on("n3");
  EXPECT_TRUE(progressing(scene).starts_with("True RolloutComplete"));
  EXPECT_TRUE(degraded(scene).starts_with("True PodsFailing")) << "the other condition tells";
  scene.set.generation += 1;
  EXPECT_TRUE(progressing(scene).starts_with("True RollingOut")) << "a new specification is a new rollout";
  scene.set.generation -= 1;
  scene.on("n4", {old("n4")});
  EXPECT_TRUE(progressing(scene).starts_with("True RollingOut"));
}

TEST(Degraded, NamesTheFirstFewNodes) {
  Scene scene = rolling();
  EXPECT_EQ(degraded(scene.on("n0", {pod("p", "n0")})), "False AsExpected");
  for (const auto* name : {"n5", "n3", "n1", "n4", "n2"}) scene.on(name, {crashing(name)});
  EXPECT_EQ(degraded(scene),
            "True PodsFailing: 5 of 6 nodes: n1 (container agent: CrashLoopBackOff), n2 (container agent: "
            "CrashLoopBackOff), n3 (container agent: CrashLoopBackOff) and 2 more");
}

TEST(Degraded, TellsWhatIsWrong) {
  auto unscheduled = crashing("n1");
  unscheduled.node_name.clear();
  unscheduled.trouble = "0/5 nodes are available: 1 Insufficient cpu. preemption: 0/5 nodes are available";
  EXPECT_EQ(degraded(rolling().on("n1", {unscheduled})),
            "True PodsNotScheduled: 1 of 1 node: n1 (0/5 nodes are available: 1 Insufficient cpu)");
  auto failed = crashing("n1");
  failed.phase = objects::PodPhase::failed;
  failed.trouble = "Evicted";
  EXPECT_EQ(degraded(rolling().on("n1", {failed})), "True PodsFailing: 1 of 1 node: n1 (failed: Evicted)");
  Scene refused = rolling();
  refused.refusal = "forbidden: exceeded quota";
  EXPECT_EQ(degraded(refused.on("n1").on("n2")),
            "True PodsNotCreated: 2 of 2 nodes: n1 (its pod is refused), n2 (its pod is refused); the API server says: "
            "forbidden: exceeded quota");
}

TEST(Degraded, HasPatience) {
  Scene starting = rolling();
  starting.on("n1", {unready("n1")});
  EXPECT_EQ(degraded(starting, 599), "False AsExpected");
  EXPECT_EQ(conditions_of({starting.snapshot(), "new", at(599)}).again_at, at(600)) << "it is looked at again in time";
  EXPECT_EQ(degraded(starting, 600), "True PodsNotReady: 1 of 1 node: n1 (not ready for more than 10 minutes)");
  auto going = old("n1");
  going.terminating = true;
  going.leaves_by = at(30);
  EXPECT_EQ(degraded(rolling().on("n1", {going}), 629), "False AsExpected");
  EXPECT_EQ(degraded(rolling().on("n1", {going}), 630),
            "True PodsNotLeaving: 1 of 1 node: n1 (its pod should have gone more than 10 minutes ago)");
}

TEST(Degraded, RemembersAPodThatHasFailedUntilAnotherIsGood) {
  Scene scene = rolling();
  scene.backoff.replaced("n1", "new", at(99));
  EXPECT_EQ(degraded(scene.on("n1", {unready("n1")})), "True PodsFailing: 1 of 1 node: n1 (its pod has failed)");
  Scene better = rolling();
  better.backoff.replaced("n1", "new", at(99));
  EXPECT_EQ(degraded(better.on("n1", {pod("p", "n1")})), "False AsExpected");
}

TEST(Progressing, SaysThatNoWindowOfThePolicyIsOpen) {
  Scene scene = rolling();
  scene.policy.emplace().name = "policy";
  scene.policy->windows.emplace_back();  // of a zone that nobody knows here
  scene.places.resize(1);
  const std::string text = progressing(scene.on("n1", {old("n1")}));
  EXPECT_TRUE(text.starts_with("True OutsideWindow: no window of RolloutPolicy policy is open")) << text;
}

/// The first nodes are in wave 0, the others in the rest.
Scene in_waves(std::size_t first, std::size_t others) {
  Scene scene = rolling(5);
  objects::RolloutPolicy& policy = scene.policy.emplace();
  policy.name = "policy";
  policy.waves.emplace_back().name = "few";
  scene.places.assign(first, {.wave = 0, .part = {}});
  scene.places.resize(first + others, {.wave = 1, .part = {}});
  return scene;
}

TEST(Progressing, IsHeldWhateverNodesDoThatAreDeferred) {
  Scene scene = in_waves(1, 2);
  scene.policy->waves[0].hold = true;
  objects::DaemonPod silent = old("n3");
  silent.ready = false;
  scene.on("n1", {pod("p", "n1")}).on("n2", {old("n2")}).on("n3", stays, {silent});
  scene.that_is({.ready = false, .ready_changed = at(-5000)});
  const std::string text = progressing(scene);
  EXPECT_TRUE(text.starts_with("Unknown Held: wave few of RolloutPolicy policy is on hold")) << text;
}

TEST(Progressing, IsFalseWhenTroublesUseUpTheBudgetOfAWave) {
  Scene scene = in_waves(2, 1);
  scene.policy->waves[0].max_unavailable = objects::IntOrPercent{.value = 1};
  scene.on("n1", {crashing("n1")}).on("n2", {old("n2")}).on("n3", {old("n3")});
  EXPECT_EQ(progressing(scene),
            "False WaitingForBudget: 2 of 3 nodes wait for their turn; maxUnavailable 1 of wave few is used up by n1 "
            "(container agent: CrashLoopBackOff)");
  scene.policy->waves[0].max_unavailable.reset();
  EXPECT_TRUE(progressing(scene).starts_with("True RollingOut"));
}

TEST(RolloutConditions, CountsTheUnavailableByTrouble) {
  Scene scene = rolling();
  scene.on("n1", {crashing("n1")}).on("n2").on("n3", {unready("n3")}).on("n4", {old("n4")});
  const RolloutConditions conditions = conditions_of({scene.snapshot(), "new", at(100)});
  EXPECT_EQ(conditions.unavailable[static_cast<std::size_t>(Trouble::none)], 2);
  EXPECT_EQ(conditions.unavailable[static_cast<std::size_t>(Trouble::failing)], 1);
}

TEST(RolloutConditions, KnowsWhenARolloutLastGotFurther) {
  const auto since = [](const Scene& scene) { return conditions_of({scene.snapshot(), "new", at(100)}).last_progress; };
  auto ready = pod("p", "n1");
  ready.ready_since = at(40);
  auto later = unready("n2");
  later.created = at(60);
  EXPECT_EQ(since(rolling().on("n1", {ready}).on("n3", {old("n3")})), at(40)) << "a pod became available";
  EXPECT_EQ(since(rolling().on("n1", {ready}).on("n2", {later})), at(60)) << "a pod was created";
  auto going = old("n4");
  going.terminating = true;
  going.leaves_by = at(130);
  EXPECT_EQ(since(rolling().on("n1", {ready}).on("n4", {going})), at(100)) << "a pod is going";
  EXPECT_EQ(since(rolling().on("n1", {ready})), std::nullopt) << "it is complete";
  Scene again = rolling();
  again.backoff.replaced("n2", "new", at(50));
  EXPECT_EQ(since(again.on("n1", {ready}).on("n2", {later})), at(40)) << "in place of one that failed";
}

TEST(Condition, IsOursByItsReason) {
  const auto ours = [](const std::string& type, const std::string& reason) {
    return is_ours({.type = type, .status = "True", .reason = reason, .message = {}, .last_transition_time = {}});
  };
  EXPECT_TRUE(ours("Progressing", "WaitingForBudget"));
  EXPECT_TRUE(ours("Progressing", "OutsideWindow"));
  EXPECT_TRUE(ours("Degraded", "AsExpected"));
  EXPECT_TRUE(ours("Degraded", "PodsNotLeaving"));
  EXPECT_FALSE(ours("Degraded", "WaitingForBudget"));
  EXPECT_FALSE(ours("Progressing", "NewReplicaSetAvailable"));
  EXPECT_FALSE(ours("Audited", "AsExpected"));
  EXPECT_TRUE(ours("NodesMinded", "AsInTree"));
  EXPECT_FALSE(ours("NodesMinded", "AsExpected"));
}

TEST(Conditions, TellThatNodesAreTreatedAsInTree) {  // requirement 11.2
  Scene scene = rolling();
  scene.on("n1");
  const auto told = [&] {
    std::string types;
    const Plan now = plan(scene.snapshot(), at(100));
    for (const auto& one : now.status->conditions) types += one.type + " ";
    return types;
  };
  EXPECT_EQ(told(), "Progressing Degraded ");
  scene.minds_nodes = false;
  EXPECT_EQ(told(), "Progressing Degraded NodesMinded ");
  EXPECT_FALSE(tells_nodes_not_minded(scene.set));
  scene.set.conditions = {nodes_not_minded()};
  EXPECT_TRUE(tells_nodes_not_minded(scene.set));
  scene.set.conditions.front().reason = "SomebodyElses";
  EXPECT_FALSE(tells_nodes_not_minded(scene.set));
}

}  // namespace
}  // namespace everynode::daemonset
