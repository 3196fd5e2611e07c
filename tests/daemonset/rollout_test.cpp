// The rolling update: section 10 of the requirements.
#include "everynode/daemonset/rollout.hpp"

#include <gtest/gtest.h>

#include "builders.hpp"

namespace everynode::daemonset {
namespace {

using support::at;
using support::pod;
using support::Scene;
using support::to_text;

constexpr objects::Placement stays{.should_run = false, .should_continue = true, .misfit = objects::Misfit::taint};

objects::DaemonPod fresh(const std::string& node) {
  return pod("new-" + node, node, "new");
}
objects::DaemonPod old(const std::string& node) {
  return pod("old-" + node, node, "old");
}
objects::DaemonPod not_ready(objects::DaemonPod pod) {
  pod.ready = false;
  return pod;
}
objects::DaemonPod terminating(objects::DaemonPod pod) {
  pod.terminating = true;
  return pod;
}
objects::DaemonPod gone(objects::DaemonPod pod) {
  pod.phase = objects::PodPhase::failed;
  return terminating(not_ready(std::move(pod)));
}

Scene with(objects::IntOrPercent max_unavailable, objects::IntOrPercent max_surge = {}) {
  Scene scene;
  scene.set.strategy = {.rolling = true, .max_unavailable = max_unavailable, .max_surge = max_surge};
  return scene;
}
Scene replacing(std::int64_t max_unavailable) {
  return with({.value = max_unavailable});
}
Scene surging(std::int64_t max_surge) {
  return with({.value = 0}, {.value = max_surge});
}

std::string rolled(const Scene& scene) {
  return to_text(roll({scene.snapshot(), "new", at(100)}).actions);
}
std::size_t count(const Scene& scene) {
  return roll({scene.snapshot(), "new", at(100)}).actions.size();
}

TEST(Budget, RoundsUpAndIsNeverNothing) {  // requirement 10.1
  struct Case {
    objects::IntOrPercent unavailable, surge;
    std::int64_t desired;
    Budget budget;
  };
  const auto percent = [](std::int64_t value) { return objects::IntOrPercent{.value = value, .percent = true}; };
  const auto number = [](std::int64_t value) { return objects::IntOrPercent{.value = value, .percent = false}; };
  for (const auto& [unavailable, surge, desired, budget] : std::vector<Case>{
           {number(1), number(0), 5, {1, 0}},
           {number(7), number(0), 5, {7, 0}},
           {percent(10), number(0), 5, {1, 0}},
           {percent(10), number(0), 10, {1, 0}},
           {percent(10), number(0), 11, {2, 0}},
           {percent(100), number(0), 3, {3, 0}},
           {percent(34), number(0), 3, {2, 0}},
           {number(0), percent(30), 10, {0, 3}},
           {number(0), percent(30), 11, {0, 4}},
           {number(0), number(0), 5, {1, 0}},
           {percent(0), percent(0), 5, {1, 0}},
           {number(0), number(0), 0, {0, 0}},
           {percent(50), percent(50), 0, {0, 0}},
       }) {
    EXPECT_EQ(budget_of({.rolling = true, .max_unavailable = unavailable, .max_surge = surge}, desired), budget)
        << unavailable.value << "/" << surge.value << " of " << desired;
  }
}

TEST(Rollout, DoesNothingOnDelete) {  // requirement 10.7
  Scene scene;
  scene.set.strategy.rolling = false;
  EXPECT_EQ(rolled(scene.on("n1", {old("n1")})), "");
}

TEST(Rollout, DeletesAvailableOldPodsWithinTheBudget) {  // requirement 10.3
  EXPECT_EQ(count(replacing(1).on("n1", {old("n1")}).on("n2", {old("n2")}).on("n3", {fresh("n3")})), 1U);
  EXPECT_EQ(count(replacing(2).on("n1", {old("n1")}).on("n2", {old("n2")}).on("n3", {fresh("n3")})), 2U);
  EXPECT_EQ(
      count(with({.value = 50, .percent = true}).on("n1", {old("n1")}).on("n2", {old("n2")}).on("n3", {old("n3")})),
      2U);
  EXPECT_EQ(count(replacing(9).on("n1", {fresh("n1")}).on("n2")), 0U);
}

/// How many of two available old pods go, with maxUnavailable 1, beside a node in this state.
std::size_t beside(std::vector<objects::DaemonPod> pods,
                   objects::Placement placement = {.should_run = true, .should_continue = true}) {
  return count(replacing(1).on("n1", placement, std::move(pods)).on("n2", {old("n2")}).on("n3", {old("n3")}));
}

TEST(Rollout, CountsNodesThatServeNobody) {  // requirement 10.3
  EXPECT_EQ(beside({fresh("n1")}), 1U);
  EXPECT_EQ(beside({not_ready(fresh("n1"))}), 0U);
  EXPECT_EQ(beside({}), 0U) << "none";
  EXPECT_EQ(beside({terminating(fresh("n1"))}), 0U) << "none that stays";
  EXPECT_EQ(beside({fresh("n1"), old("n1")}), 0U) << "both";
  EXPECT_EQ(beside({fresh("n1"), pod("x", "n1", "new")}), 0U) << "excess";
  EXPECT_EQ(beside({old("n1"), pod("x", "n1", "older")}), 0U) << "excess";
  EXPECT_EQ(beside({fresh("n1"), terminating(old("n1"))}), 1U);
  EXPECT_EQ(beside({gone(fresh("n1"))}), 0U);
}

TEST(Rollout, CountsNodesThatShouldNotRunOneToo) {  // requirement 10.2
  EXPECT_EQ(beside({not_ready(fresh("n1"))}, stays), 0U);
  EXPECT_EQ(beside({terminating(fresh("n1"))}, {}), 0U);
  EXPECT_EQ(beside({}, stays), 1U);
  EXPECT_EQ(beside({gone(fresh("n1"))}, stays), 1U) << "a pod that is as good as gone does not count (requirement 5.1)";
  EXPECT_EQ(count(replacing(1).without("n1", {not_ready(fresh("n1"))}).on("n2", {old("n2")})), 1U)
      << "a node that has gone holds nothing up: upstream waits for the collection of its pods";
}

TEST(Rollout, DeletesOldPodsThatServeNobodyBeyondTheBudget) {  // requirements 10.3 and 10.8
  EXPECT_EQ(
      rolled(replacing(1).on("n1", {not_ready(old("n1"))}).on("n2", {not_ready(old("n2"))}).on("n3", {old("n3")})),
      "delete pod old-n1 of node n1: outdated; delete pod old-n2 of node n2: outdated");
}

TEST(Rollout, LeavesPodsOfTheRightRevisionAlone) {  // requirement 10.9
  EXPECT_EQ(rolled(replacing(5).on("n1", {fresh("n1")}).on("n2", {not_ready(fresh("n2"))}).on("n3", {old("n3")})),
            "delete pod old-n3 of node n3: outdated");
}

TEST(Rollout, WaitsForMinReadySeconds) {  // requirement 10.6
  Scene scene = replacing(1);
  scene.set.min_ready_seconds = 30;
  auto just_ready = fresh("n1");
  just_ready.ready_since = at(90);
  scene.on("n1", {just_ready}).on("n2", {old("n2")});
  const RolloutStep step = roll({scene.snapshot(), "new", at(100)});
  EXPECT_TRUE(step.actions.empty());
  EXPECT_EQ(step.again_at, at(120));
  EXPECT_EQ(roll({scene.snapshot(), "new", at(120)}).actions.size(), 1U);
}

TEST(Rollout, TakesTheNodesWhoseNamesComeFirst) {
  Scene shuffled = replacing(2);
  for (const char* node : {"n3", "n10", "n2", "n1"}) shuffled.on(node, {old(node)});
  EXPECT_EQ(rolled(shuffled), "delete pod old-n1 of node n1: outdated; delete pod old-n10 of node n10: outdated")
      << "names are compared as texts, in whatever order the nodes came to be known";
  Scene full = replacing(2);
  full.on("n1", {old("n1")}).on("n9", {not_ready(fresh("n9"))}).on("n0", {old("n0")});
  EXPECT_EQ(rolled(full), "delete pod old-n0 of node n0: outdated");
}

TEST(Surge, TakesTheNodesWhoseNamesComeFirst) {
  Scene scene = surging(1);
  scene.on("n2", {old("n2")}).on("n1", {old("n1")}).on("n3", {fresh("n3")});
  EXPECT_EQ(rolled(scene), "create a pod for node n1");
  Scene retiring = surging(1);
  retiring.on("n9", stays, {old("n9")}).on("n8", stays, {old("n8")});
  retiring.on("n1", {fresh("n1")}).on("n2", {not_ready(fresh("n2"))});
  EXPECT_EQ(rolled(retiring), "delete pod old-n8 of node n8: not eligible");
}

TEST(Surge, PutsNewPodsBesideOldOnesWithinTheBudget) {  // requirement 10.4
  EXPECT_EQ(rolled(surging(1).on("n1", {old("n1")})), "create a pod for node n1");
  EXPECT_EQ(count(surging(1).on("n1", {old("n1")}).on("n2", {old("n2")})), 1U);
  EXPECT_EQ(count(surging(2).on("n1", {old("n1")}).on("n2", {old("n2")})), 2U);
  EXPECT_EQ(
      count(with({}, {.value = 30, .percent = true}).on("n1", {old("n1")}).on("n2", {old("n2")}).on("n3", {old("n3")})),
      1U);
}

TEST(Surge, CountsNodesWithTwo) {  // requirement 10.4
  EXPECT_EQ(rolled(surging(1).on("n1", {old("n1"), not_ready(fresh("n1"))}).on("n2", {old("n2")})), "");
  EXPECT_EQ(rolled(surging(1).on("n1", {old("n1"), pod("x", "n1", "older")}).on("n2", {old("n2")})), "") << "excess";
  EXPECT_EQ(rolled(surging(1).on("n1", {old("n1"), fresh("n1")})), "delete pod old-n1 of node n1: surge is over");
  EXPECT_EQ(rolled(surging(1).on("n1", {fresh("n1")}).on("n2", {not_ready(fresh("n2"))}).on("n3")), "");
}

TEST(Surge, DoesNotCountWhereNobodyIsServedAnyway) {  // requirement 10.4
  EXPECT_EQ(rolled(surging(1).on("n1", {not_ready(old("n1"))}).on("n2", {not_ready(old("n2"))}).on("n3", {old("n3")})),
            "create a pod for node n1; create a pod for node n2; create a pod for node n3");
}

TEST(Surge, RetiresPodsOfNodesThatAreNotEligibleWhenThereAreEnoughOthers) {  // requirement 10.4
  EXPECT_EQ(rolled(surging(1).on("n1", stays, {not_ready(old("n1"))})), "delete pod old-n1 of node n1: outdated");
  EXPECT_EQ(rolled(surging(1).on("n1", stays, {old("n1")}).on("n2", {fresh("n2")})),
            "delete pod old-n1 of node n1: not eligible");
  EXPECT_EQ(rolled(surging(1).on("n1", stays, {old("n1")}).on("n2", {not_ready(fresh("n2"))})), "");
  EXPECT_EQ(
      count(surging(1).on("n1", stays, {old("n1")}).on("n3", stays, {old("n3")}).on("n2", {not_ready(fresh("n2"))})),
      1U);
  EXPECT_EQ(rolled(surging(1).on("n1", stays, {old("n1")}).on("n2", {fresh("n2"), pod("x", "n2", "new")})), "")
      << "a node with too many does not count as served";
}

TEST(Surge, SkipsNodesThatHaveGone) {  // requirement 10.4
  EXPECT_EQ(rolled(surging(1).without("n1", {old("n1")}).on("n2", {old("n2")})), "create a pod for node n2");
}

}  // namespace
}  // namespace everynode::daemonset
