#include "everynode/sync/guard.hpp"

#include <gtest/gtest.h>

namespace everynode::sync {
namespace {

using namespace std::chrono_literals;

const cache::Key agent{.namespace_ = "ns", .name = "agent"};
constexpr Guard::Instant begin{std::chrono::hours(1)};

objects::DaemonPod pod_by(const std::string& creator, const std::string& name = "agent-abcde") {
  objects::DaemonPod pod;
  pod.namespace_ = "ns";
  pod.name = name;
  pod.controller = objects::ControllerRef{.kind = "DaemonSet", .name = "agent", .uid = "1"};
  pod.creator = creator;
  return pod;
}

TEST(Guard, TakesAsForeignOnlyWhatAControllerMakes) {
  EXPECT_TRUE(Guard::is_foreign_work(pod_by("kube-controller-manager")));
  EXPECT_FALSE(Guard::is_foreign_work(pod_by(""))) << "our own, or unknown";
  EXPECT_FALSE(Guard::is_foreign_work(pod_by("kubectl-create", "mine"))) << "not a generated name";
  objects::DaemonPod orphan = pod_by("kube-controller-manager");
  orphan.controller.reset();
  EXPECT_FALSE(Guard::is_foreign_work(orphan));
}

TEST(Guard, ToleratesWhatTheOneBeforeHasJustDone) {
  Guard guard;
  EXPECT_FALSE(guard.saw(agent, pod_by("kube-controller-manager"), begin)) << "we do not lead";
  guard.leading_since(begin);
  EXPECT_FALSE(guard.saw(agent, pod_by("kube-controller-manager"), begin + Guard::grace - 1s));
  EXPECT_EQ(guard.rival(agent, begin + 5s), "");
}

TEST(Guard, GivesWayUntilNothingWasSeenForLong) {
  Guard guard;
  guard.leading_since(begin);
  const auto seen = begin + 1min;
  EXPECT_TRUE(guard.saw(agent, pod_by("kube-controller-manager"), seen));
  EXPECT_FALSE(guard.saw(agent, pod_by("kube-controller-manager"), seen + 1min)) << "it is told once";
  EXPECT_EQ(guard.rival(agent, seen + 1min + Guard::quiet_time), "kube-controller-manager");
  EXPECT_EQ(guard.rivalled(seen + 2min), 1U);
  EXPECT_EQ(guard.rival(agent, seen + 1min + Guard::quiet_time + 1s), "");
  EXPECT_EQ(guard.rivalled(seen + 1min + Guard::quiet_time + 1s), 0U);
  EXPECT_TRUE(guard.saw(agent, pod_by("kube-controller-manager"), seen + 1h)) << "and again, after a silence";
}

TEST(Guard, TakesANewWriteOfTheStatusForASign) {
  Guard guard;
  const objects::StatusWrite before{.manager = "kube-controller-manager", .time = "2026-01-01T00:00:00Z"};
  const objects::StatusWrite after{.manager = "kube-controller-manager", .time = "2026-01-01T00:00:01Z"};
  EXPECT_FALSE(guard.saw(agent, objects::StatusWrite{}, begin));
  EXPECT_FALSE(guard.saw(agent, before, begin + 1min)) << "we do not lead";
  guard.leading_since(begin + 2min);
  EXPECT_FALSE(guard.saw(agent, before, begin + 1h)) << "what the one before us left";
  EXPECT_TRUE(guard.saw(agent, after, begin + 1h));
  EXPECT_FALSE(guard.saw(agent, after, begin + 1h));
  EXPECT_EQ(guard.rival(agent, begin + 1h + Guard::quiet_time), "kube-controller-manager");
  EXPECT_EQ(guard.rival(agent, begin + 1h + Guard::quiet_time + 1s), "");
}

TEST(Guard, KnowsNothingOfTheStatusOfADaemonSetThatHasGone) {
  Guard guard;
  guard.leading_since(begin);
  EXPECT_FALSE(guard.saw(agent, objects::StatusWrite{.manager = "kube-controller-manager", .time = "1"}, begin + 1min));
  guard.forget(agent);
  EXPECT_FALSE(guard.saw(agent, objects::StatusWrite{.manager = "kube-controller-manager", .time = "2"}, begin + 1min));
}

TEST(Guard, LeavesOtherDaemonSetsInPeace) {
  Guard guard;
  guard.leading_since(begin);
  EXPECT_TRUE(guard.saw(agent, pod_by("kube-controller-manager"), begin + 1min));
  EXPECT_EQ(guard.rival({.namespace_ = "ns", .name = "other"}, begin + 1min), "");
}

}  // namespace
}  // namespace everynode::sync
