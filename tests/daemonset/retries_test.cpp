#include "everynode/daemonset/retries.hpp"

#include <gtest/gtest.h>

#include "builders.hpp"
#include "everynode/daemonset/plan.hpp"

namespace everynode::daemonset {
namespace {

using support::at;
using support::pod;

TEST(Retries, WaitLongerWithEachFailure) {
  Retries retries;
  EXPECT_FALSE(retries.until("a", at(0)));
  retries.failed("a", at(0));
  EXPECT_EQ(retries.until("a", at(0)), at(0.01));
  EXPECT_FALSE(retries.until("a", at(0.01)));
  retries.failed("a", at(1));
  EXPECT_EQ(retries.until("a", at(1)), at(1.02));
  EXPECT_EQ(retries.failures("a"), 2U);
  EXPECT_FALSE(retries.until("b", at(0))) << "nobody else does";
}

TEST(Retries, NeverWaitLong) {
  Retries retries;
  for (int i = 0; i < 100; ++i) retries.failed("a", at(0));
  EXPECT_EQ(retries.until("a", at(0)), at(8));
}

TEST(Retries, ForgetWhatSucceeds) {
  Retries retries;
  retries.failed("a", at(0));
  retries.succeeded("a");
  EXPECT_FALSE(retries.until("a", at(0)));
  EXPECT_TRUE(retries.empty());
}

TEST(Retries, DoNotWaitForAClockThatWentBack) {
  Retries retries;
  retries.failed("a", at(1000));
  EXPECT_FALSE(retries.until("a", at(0)));
}

TEST(Retries, ForgetWhatHasNotFailedForLong) {
  Retries retries;
  retries.failed("a", at(0));
  retries.failed("b", at(1801));
  EXPECT_EQ(retries.failures("a"), 0U);
}

class WaitingScene : public ::testing::Test {
 protected:
  WaitingScene() {
    scene_.set.strategy.max_unavailable.value = 1;
    scene_.with_current_revision();
  }

  void fail(const std::string& object, unsigned times) {
    for (unsigned i = 0; i < times; ++i) retries_.failed(object, at(0));
  }
  [[nodiscard]] Plan plan_at(double seconds) const {
    Snapshot snapshot = scene_.snapshot();
    snapshot.retries = &retries_;
    return plan(snapshot, at(seconds));
  }
  [[nodiscard]] std::string actions_at(double seconds) const { return support::to_text(plan_at(seconds).actions); }

  support::Scene scene_;
  Retries retries_;
};

TEST_F(WaitingScene, APodThatCannotBeReleasedKeepsNoOtherNodeWaiting) {
  objects::DaemonPod stray = pod("stray", "n1");
  stray.labels = {};
  scene_.on("n1").on("n2").stray(stray);
  EXPECT_EQ(actions_at(0), "release pod stray");
  fail("uid-stray", 1);
  EXPECT_EQ(actions_at(0), "") << "it may be a matter of a moment";
  EXPECT_EQ(plan_at(0).again_at, at(0.01));
  fail("uid-stray", 2);
  EXPECT_EQ(actions_at(0), "create a pod for node n1; create a pod for node n2");
  EXPECT_EQ(actions_at(1), "release pod stray") << "it is tried again";
}

TEST_F(WaitingScene, APodThatCannotBeAdoptedKeepsNoOtherNodeWaiting) {
  objects::DaemonPod orphan = pod("orphan", "n1");
  orphan.controller.reset();
  scene_.on("n1").on("n2").orphan(orphan);
  fail("uid-orphan", 3);
  EXPECT_EQ(actions_at(0), "create a pod for node n1; create a pod for node n2");
}

TEST_F(WaitingScene, APodThatCannotBeDeletedTakesNobodysPlaceInTheRollout) {
  scene_.on("n1", {pod("a", "n1", "old")}).on("n2", {pod("b", "n2", "old")});
  EXPECT_EQ(actions_at(0), "delete pod a of node n1: outdated");
  fail("uid-a", 1);
  EXPECT_EQ(actions_at(0), "delete pod b of node n2: outdated");
  EXPECT_EQ(plan_at(0).again_at, at(0.01));
}

TEST_F(WaitingScene, ANodeWhosePodCannotBeCreatedKeepsNoOtherWaiting) {
  scene_.on("n1").on("n2");
  fail("node n1", 1);
  EXPECT_EQ(actions_at(0), "create a pod for node n2");
  EXPECT_EQ(to_text(plan_at(1).actions.front()), "create a pod for node n2") << "what has not failed comes first";
}

TEST_F(WaitingScene, ARevisionThatCannotBeChangedKeepsNoPodWaiting) {
  scene_.history(support::revision("old", 1, "{}")).on("n1");
  EXPECT_EQ(actions_at(0), "change revision agent-new, number 2");
  fail("revision agent-new", 1);
  EXPECT_EQ(actions_at(0), "create a pod for node n1");
}

TEST_F(WaitingScene, ARevisionThatCannotBeCreatedIsWaitedFor) {
  support::Scene scene;
  scene.on("n1");
  Snapshot snapshot = scene.snapshot();
  snapshot.retries = &retries_;
  fail(object_of(plan(snapshot, at(0)).actions.front()), 9);
  EXPECT_TRUE(plan(snapshot, at(0)).actions.empty()) << "no pod can be made without it";
  EXPECT_TRUE(plan(snapshot, at(0)).again_at);
}

}  // namespace
}  // namespace everynode::daemonset
