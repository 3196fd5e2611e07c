// The counters of status: section 11 of the requirements.
#include "everynode/daemonset/status.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "builders.hpp"
#include "everynode/daemonset/conditions.hpp"

namespace everynode::daemonset {
namespace {

using support::at;
using support::pod;
using support::Scene;

constexpr objects::Placement stays{.should_run = false, .should_continue = true, .misfit = objects::Misfit::taint};

/// "desired 3 current 2 misscheduled 0 ready 1 available 1 unavailable 2 updated 1"
std::string counted(const Scene& scene, double now = 100) {
  const objects::DaemonSetStatus s = status_of({scene.snapshot(), "new", at(now)}).status;
  return "desired " + std::to_string(s.desired_number_scheduled) + " current " +
         std::to_string(s.current_number_scheduled) + " misscheduled " + std::to_string(s.number_misscheduled) +
         " ready " + std::to_string(s.number_ready) + " available " + std::to_string(s.number_available) +
         " unavailable " + std::to_string(s.number_unavailable) + " updated " +
         std::to_string(s.updated_number_scheduled);
}

TEST(Status, CountsNodes) {  // requirement 11.1
  auto waiting = pod("q", "n2");
  waiting.ready = false;
  waiting.node_name.clear();
  EXPECT_EQ(counted(Scene()
                        .on("n1", {pod("p", "n1")})
                        .on("n2", {waiting})
                        .on("n3", {pod("r", "n3", "old")})
                        .on("n4")
                        .on("n5", stays, {pod("s", "n5")})
                        .on("n6", stays)
                        .without("n7", {pod("t", "n7")})
                        .unplaced(pod("u", ""))),
            "desired 4 current 3 misscheduled 1 ready 2 available 2 unavailable 2 updated 2");
}

TEST(Status, JudgesANodeByItsFirstPod) {  // requirements 5.8 and 11.1
  auto old = pod("z", "n1", "old");
  old.created = at(-100);
  old.terminating = true;
  auto fresh = pod("a", "n1");
  fresh.ready = false;
  EXPECT_EQ(counted(Scene().on("n1", {fresh, old})),
            "desired 1 current 1 misscheduled 0 ready 1 available 1 unavailable 0 updated 0")
      << "the old one of a surge, even if it is going";
}

TEST(Status, DoesNotCountPodsThatAreAsGoodAsGone) {  // requirement 5.1
  auto gone = pod("p", "n1");
  gone.phase = objects::PodPhase::failed;
  gone.terminating = true;
  EXPECT_EQ(counted(Scene().on("n1", {gone}).on("n2", stays, {gone})),
            "desired 1 current 0 misscheduled 0 ready 0 available 0 unavailable 1 updated 0");
  gone.terminating = false;
  gone.ready = false;
  EXPECT_EQ(counted(Scene().on("n1", {gone})),
            "desired 1 current 1 misscheduled 0 ready 0 available 0 unavailable 1 updated 1");
}

TEST(Status, ComesAgainWhenAPodBecomesAvailable) {  // requirements 1.11 and 10.6
  Scene scene;
  scene.set.min_ready_seconds = 30;
  auto later = pod("q", "n2");
  later.ready_since = at(5);
  scene.on("n1", {pod("p", "n1")}).on("n2", {later});
  const StatusNow now = status_of({scene.snapshot(), "new", at(10)});
  EXPECT_EQ(now.again_at, at(30));
  EXPECT_EQ(now.status.number_available, 0);
  EXPECT_EQ(now.status.number_ready, 2);
  EXPECT_EQ(status_of({scene.snapshot(), "new", at(30)}).status.number_available, 1);
  EXPECT_EQ(status_of({scene.snapshot(), "new", at(30)}).again_at, at(35));
  EXPECT_EQ(status_of({scene.snapshot(), "new", at(35)}).again_at, std::nullopt);
}

TEST(Status, IsOfTheGenerationAtHand) {  // requirement 11.2
  Scene scene;
  scene.set.generation = 7;
  EXPECT_EQ(status_of({scene.snapshot(), "new", at(0)}).status.observed_generation, 7);
}

TEST(StatusPatch, SetsAllCountersIfNobodyElseHasWritten) {  // requirements 11.3 and 11.5
  const auto patch = nlohmann::json::parse(status_patch(
      {.counters = {.desired_number_scheduled = 3, .observed_generation = 2}, .conditions = {}, .removed = {}}, "17"));
  EXPECT_EQ(patch, nlohmann::json::parse(R"({"metadata":{"resourceVersion":"17"},"status":{
    "currentNumberScheduled":0,"numberMisscheduled":0,"desiredNumberScheduled":3,"numberReady":0,"observedGeneration":2,
    "updatedNumberScheduled":0,"numberAvailable":0,"numberUnavailable":0}})"));
}

objects::Condition condition(const std::string& type, const std::string& status, const std::string& reason,
                             const std::string& message = "") {
  return {.type = type, .status = status, .reason = reason, .message = message, .last_transition_time = {}};
}

objects::DaemonSet with(objects::Condition told) {
  objects::DaemonSet set = support::daemon_set();
  told.last_transition_time = "2026-01-01T00:00:00Z";
  set.conditions.push_back(std::move(told));
  return set;
}

TEST(StatusChange, IsNoneIfAllIsTold) {
  const objects::DaemonSet set = with(condition("Degraded", "False", "AsExpected"));
  EXPECT_EQ(change_of(set, {}, {condition("Degraded", "False", "AsExpected")}, at(0)), std::nullopt);
  EXPECT_TRUE(change_of(set, {.number_ready = 1}, {condition("Degraded", "False", "AsExpected")}, at(0)));
}

TEST(StatusChange, ChangesTheTimeOfTransitionWithTheStatusOnly) {
  const objects::DaemonSet set = with(condition("Progressing", "True", "RollingOut"));
  const auto same = change_of(set, {}, {condition("Progressing", "True", "RolloutComplete")}, at(0));
  ASSERT_TRUE(same);
  EXPECT_EQ(same->conditions.front().last_transition_time, "2026-01-01T00:00:00Z");
  const auto other = change_of(set, {}, {condition("Progressing", "False", "WaitingForPods")}, at(0));
  ASSERT_TRUE(other);
  EXPECT_EQ(other->conditions.front().last_transition_time, "2026-11-24T12:00:00Z");
}

TEST(StatusChange, IsInNoHurryForWords) {
  const objects::DaemonSet set = with(condition("Degraded", "True", "PodsFailing", "n1"));
  EXPECT_TRUE(change_of(set, {}, {condition("Degraded", "True", "PodsFailing", "n2")}, at(0))->words_only);
  EXPECT_FALSE(change_of(set, {}, {condition("Degraded", "True", "PodsNotReady", "n1")}, at(0))->words_only);
  EXPECT_FALSE(
      change_of(set, {.number_ready = 1}, {condition("Degraded", "True", "PodsFailing", "n2")}, at(0))->words_only);
  EXPECT_FALSE(
      change_of(support::daemon_set(), {}, {condition("Degraded", "True", "PodsFailing", "n2")}, at(0))->words_only);
}

TEST(StatusChange, LeavesConditionsOfOthersAlone) {
  const objects::DaemonSet set = with(condition("Degraded", "True", "SomebodySaysSo"));
  EXPECT_EQ(change_of(set, {}, {condition("Degraded", "False", "AsExpected")}, at(0)), std::nullopt);
  EXPECT_EQ(change_of(set, {}, {}, at(0)), std::nullopt);
}

TEST(StatusChange, WithdrawsWhatIsNoLongerTold) {
  const objects::DaemonSet told = with(nodes_not_minded());
  EXPECT_EQ(change_of(told, {}, {nodes_not_minded()}, at(0)), std::nullopt);
  const auto change = change_of(told, {}, {condition("Degraded", "False", "AsExpected")}, at(0));
  ASSERT_TRUE(change);
  EXPECT_EQ(change->removed, std::vector<std::string>{"NodesMinded"});
}

TEST(StatusChange, WithdrawsWhatWasTold) {
  const auto change = change_of(with(condition("Degraded", "False", "AsExpected")), {}, {}, at(0));
  ASSERT_TRUE(change);
  EXPECT_EQ(change->removed, std::vector<std::string>{"Degraded"});
  EXPECT_FALSE(change->words_only);
  EXPECT_EQ(nlohmann::json::parse(status_patch(*change, "1"))["status"]["conditions"],
            nlohmann::json::parse(R"([{"$patch":"delete","type":"Degraded"}])"));
}

}  // namespace
}  // namespace everynode::daemonset
