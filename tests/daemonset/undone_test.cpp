// Somebody undoes what was done: plans wait, and conditions and reports say so. Rollouts that get no further.
#include <gtest/gtest.h>

#include "builders.hpp"
#include "everynode/daemonset/conditions.hpp"
#include "everynode/daemonset/plan.hpp"
#include "everynode/daemonset/report.hpp"

namespace everynode::daemonset {
namespace {

using support::at;
using support::pod;

class Undoing : public ::testing::Test {
 protected:
  Undoing() {
    scene_.set.strategy.max_unavailable.value = 1;
    scene_.with_current_revision();
  }

  /// The node's pods were undone in this way, eight times: at 0, 1, 3 and 7 s, the last one. The next one waits for 8
  /// s.
  void undo(const std::string& node, Undone why) {
    for (const double seconds : {0, 0, 0, 0, 0, 1, 3, 7}) {
      repeats_.undone(object_of_node(node), why);
      repeats_.done(object_of_node(node), at(seconds));
    }
  }
  [[nodiscard]] Snapshot snapshot() const {
    Snapshot snapshot = scene_.snapshot();
    snapshot.repeats = &repeats_;
    return snapshot;
  }
  [[nodiscard]] Plan plan_at(double seconds) const { return plan(snapshot(), at(seconds)); }
  [[nodiscard]] std::string actions_at(double seconds) const { return support::to_text(plan_at(seconds).actions); }
  [[nodiscard]] std::string why(const std::string& node, double seconds) const {
    const Report found = report({snapshot(), "new", at(seconds)}, {});
    return std::ranges::find(found.nodes, node, &NodeReport::node)->why;
  }

  support::Scene scene_;
  RepeatBackoff repeats_;
};

TEST_F(Undoing, OfANodesPodsKeepsThatNodeWaitingAndNoOther) {
  scene_.on("n1").on("n2");
  undo("n1", Undone::deleted);
  EXPECT_EQ(actions_at(10), "create a pod for node n2");
  EXPECT_EQ(plan_at(10).again_at, at(15));
  EXPECT_EQ(actions_at(15), "create a pod for node n1; create a pod for node n2");
}

TEST_F(Undoing, LeavesAPodThatHasEndedUntilTheNextMayCome) {
  auto ended = pod("p", "n1");
  ended.phase = objects::PodPhase::succeeded;
  scene_.on("n1", {ended});
  EXPECT_EQ(actions_at(10), "delete pod p of node n1: succeeded");
  undo("n1", Undone::ended);
  EXPECT_EQ(actions_at(10), "");
  EXPECT_EQ(plan_at(10).again_at, at(15));
  EXPECT_EQ(actions_at(15), "delete pod p of node n1: succeeded");
}

/// A policy sets the hash: each new pod is an old one.
TEST_F(Undoing, LeavesAnOldPodUntilTheNextMayCome) {
  scene_.on("n1", {pod("p", "n1", "other")});
  EXPECT_EQ(actions_at(10), "delete pod p of node n1: outdated");
  undo("n1", Undone::rehashed);
  EXPECT_EQ(actions_at(10), "") << "it serves";
  EXPECT_EQ(plan_at(10).again_at, at(15));
  EXPECT_EQ(actions_at(15), "delete pod p of node n1: outdated");
}

TEST_F(Undoing, TakesNobodysPlaceInTheRollout) {
  scene_.on("n1", {pod("p", "n1", "other")}).on("n2", {pod("q", "n2", "old")});
  undo("n1", Undone::rehashed);
  EXPECT_EQ(actions_at(10), "delete pod q of node n2: outdated");
}

TEST_F(Undoing, IsToldByTheConditionsAndTheReport) {
  scene_.on("n1").on("n2", {pod("q", "n2")}).on("n3", {pod("r", "n3", "other")});
  undo("n1", Undone::elsewhere);
  undo("n3", Undone::rehashed);
  const RolloutConditions found = conditions_of({snapshot(), "new", at(10)});
  EXPECT_EQ(found.degraded.reason, "PodsNotStaying");
  EXPECT_EQ(found.degraded.message,
            "2 of 3 nodes: n1 (its pods do not stay: somebody pins its pods elsewhere), n3 (its pods do not stay: "
            "somebody changes the controller-revision-hash of its pods)");
  EXPECT_EQ(found.progressing.status, "False");
  EXPECT_EQ(found.unavailable[static_cast<std::size_t>(Trouble::not_staying)], 1);
  EXPECT_EQ(why("n1", 10), "its pods do not stay: somebody pins its pods elsewhere; the next one is created in 5 s");
}

/// `explain` and the next process know it from the condition.
TEST_F(Undoing, IsKnownToOtherProcessesByTheCondition) {
  const std::string told = "its pods do not stay: somebody deletes its pods";
  scene_.set.conditions = {{.type = "Degraded",
                            .status = "True",
                            .reason = "PodsNotStaying",
                            .message = "2 of 3 nodes: n1 (" + told + "), n3 (" + told + ")",
                            .last_transition_time = "2026-11-24T11:58:20Z"}};
  EXPECT_EQ(undone_since(scene_.set), at(-100));
  repeats_.resume(undone_since(scene_.set));
  scene_.on("n1").on("n2").on("n3", {pod("r", "n3", "other")});
  EXPECT_EQ(why("n1", 10), told);
  EXPECT_EQ(why("n2", 10), "a pod is about to be created");
  EXPECT_EQ(why("n3", 10), told);
  EXPECT_EQ(conditions_of({snapshot(), "new", at(10)}).degraded.message,
            "2 of 3 nodes: n1 (its pods do not stay), n3 (its pods do not stay)")
      << "it stays as long as nobody knows better";
  scene_.set.conditions[0].message = "9 of 9 nodes: n1 (" + told + ") and 8 more";
  EXPECT_EQ(told_of(scene_.set, "n2", false), scene_.set.conditions[0].message);
  EXPECT_EQ(told_of(scene_.set, "n2", true), "");
  scene_.set.conditions[0].reason = "Others";
  EXPECT_EQ(undone_since(scene_.set), std::nullopt);
}

TEST(ProgressDeadline, IsThatOfTheAnnotation) {
  objects::DaemonSet set = support::daemon_set();
  const auto deadline = [&](std::string_view text) {
    set.annotations.set("everynode.dev/progress-deadline-seconds", text);
    return progress_deadline(set).count();
  };
  EXPECT_EQ(progress_deadline(set).count(), 600);
  EXPECT_EQ(deadline("30"), 30);
  EXPECT_EQ(deadline("2147483647"), 2147483647);
  for (const auto* text : {"", "0", "-1", "1.5", "10m", " 30", "2147483648"}) EXPECT_EQ(deadline(text), 600) << text;
  EXPECT_EQ(to_text(std::chrono::seconds(600)), "10 minutes");
  EXPECT_EQ(to_text(std::chrono::seconds(60)), "1 minute");
  EXPECT_EQ(to_text(std::chrono::seconds(90)), "90 s");
}

class Late : public Undoing {
 protected:
  Late() {
    scene_.set.annotations.set("everynode.dev/progress-deadline-seconds", "30");
    waiting_.phase = objects::PodPhase::pending;
    waiting_.ready = false;
    waiting_.ready_since = {};
    waiting_.created = at(0);
  }
  [[nodiscard]] std::string progressing(double seconds) const {
    const objects::Condition& found = conditions_of({snapshot(), "new", at(seconds)}).progressing;
    return found.status + " " + found.reason + ": " + found.message;
  }

  objects::DaemonPod waiting_ = pod("p", "n1");
};

TEST_F(Late, ARolloutThatWaitsForWhatNeverComesDoesNotProgress) {
  scene_.on("n1", {waiting_}).on("n2", {pod("q", "n2")});
  EXPECT_EQ(progressing(29), "True RollingOut: revision 1 is available on 1 of 2 nodes, is coming to 1");
  EXPECT_EQ(conditions_of({snapshot(), "new", at(29)}).again_at, at(30)) << "it is looked at again in time";
  EXPECT_EQ(progressing(30),
            "False ProgressDeadlineExceeded: revision 1 got no further for more than 30 s, and is available on 1 of 2 "
            "nodes; it waits for n1 (not ready for more than 30 s)");
  scene_.on("n3", {pod("r", "n3", "old")});
  EXPECT_TRUE(progressing(30).starts_with("False ProgressDeadlineExceeded")) << "whoever else waits for its turn";
}

TEST_F(Late, WhatIsKnownToBeWrongSaysMore) {
  waiting_.stuck = true;
  waiting_.trouble = "container agent: ImagePullBackOff";
  scene_.on("n1", {waiting_});
  EXPECT_TRUE(progressing(1000).starts_with("False WaitingForPods"));
}

TEST_F(Late, ANodeThatGetsNoPodIsNamedToo) {
  scene_.on("n1").on("n2", {pod("q", "n2")});
  EXPECT_TRUE(progressing(29).starts_with("True RollingOut"));
  EXPECT_EQ(progressing(31),
            "False ProgressDeadlineExceeded: revision 1 got no further for more than 30 s, and is available on 1 of 2 "
            "nodes; it waits for n1");
}

TEST_F(Late, ARollbackBeginsAnew) {
  scene_.set.changed = at(1000);
  scene_.on("n1", {pod("p", "n1", "old")}).on("n2", {pod("q", "n2")});
  EXPECT_TRUE(progressing(1029).starts_with("True RollingOut"));
  EXPECT_TRUE(progressing(1030).starts_with("False ProgressDeadlineExceeded"));
}

TEST_F(Late, MinReadySecondsComeOnTop) {
  scene_.set.min_ready_seconds = 100;
  waiting_.ready = true;
  waiting_.ready_since = at(20);
  scene_.on("n1", {waiting_});
  EXPECT_TRUE(progressing(119).starts_with("True RollingOut"));
}

TEST_F(Late, WhatWaitsForSomebodyDoesNotCount) {
  scene_.set.strategy.rolling = false;
  scene_.on("n1", {pod("p", "n1", "old")});
  EXPECT_TRUE(progressing(1000).starts_with("Unknown WaitingForDeletion"));
}

}  // namespace
}  // namespace everynode::daemonset
