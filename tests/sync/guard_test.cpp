#include "everynode/sync/guard.hpp"

#include <gtest/gtest.h>

namespace everynode::sync {
namespace {

using namespace std::chrono_literals;

const cache::Key agent_key{.namespace_ = "ns", .name = "agent"};
const std::string in_tree = "kube-controller-manager";
constexpr Guard::Instant noticed{std::chrono::hours(1)};
constexpr Guard::Instant later = noticed + 1min;

objects::DaemonPod pod_by(const std::string& creator, const std::string& node = "n1",
                          const std::string& name = "agent-abcde") {
  objects::DaemonPod pod;
  pod.namespace_ = "ns";
  pod.name = name;
  pod.target_node = node;
  pod.controller = objects::ControllerRef{.kind = "DaemonSet", .name = "agent", .uid = "1"};
  pod.creator = creator;
  return pod;
}

objects::StatusWrite write_by(const std::string& manager, int second) {
  return {.manager = manager, .time = "2026-01-01T00:00:0" + std::to_string(second) + "Z"};
}

/// A guard that leads, and knows the last write of the status from before.
Guard leading_guard() {
  Guard guard;
  guard.leading_since(noticed);
  EXPECT_EQ(guard.saw(agent_key, write_by(in_tree, 0), noticed), Rivalry::none);
  return guard;
}

TEST(Guard, TakesAsForeignOnlyWhatAControllerMakes) {
  EXPECT_TRUE(Guard::is_foreign_work(pod_by(in_tree)));
  EXPECT_FALSE(Guard::is_foreign_work(pod_by(""))) << "our own, or unknown";
  EXPECT_FALSE(Guard::is_foreign_work(pod_by("kubectl-create", "n1", "mine"))) << "not a generated name";
  EXPECT_FALSE(Guard::is_foreign_work(pod_by("kubectl-create", ""))) << "for no node";
  objects::DaemonPod orphan = pod_by(in_tree);
  orphan.controller.reset();
  EXPECT_FALSE(Guard::is_foreign_work(orphan));
}

TEST(Guard, ToleratesWhatTheOneBeforeHasJustDone) {
  Guard guard;
  EXPECT_EQ(guard.saw(agent_key, write_by(in_tree, 0), noticed), Rivalry::none);
  for (int i = 1; i < 4; ++i) {
    const std::string node = "n" + std::to_string(i);
    EXPECT_EQ(guard.saw(agent_key, pod_by(in_tree, node), noticed), Rivalry::none) << "we do not lead";
  }
  guard.leading_since(noticed);
  for (int i = 1; i < 4; ++i) {
    const auto soon = noticed + Guard::grace - 1s;
    EXPECT_EQ(guard.saw(agent_key, pod_by(in_tree, "n" + std::to_string(i)), soon), Rivalry::none);
    EXPECT_EQ(guard.saw(agent_key, write_by(in_tree, i), soon), Rivalry::none);
  }
  EXPECT_EQ(guard.rivalry(agent_key, noticed + 5s), Rivalry::none);
}

TEST(Guard, KnowsAControllerByPodsAndStatusOfOneName) {
  Guard guard = leading_guard();
  EXPECT_EQ(guard.saw(agent_key, pod_by(in_tree, "n1"), later), Rivalry::none);
  EXPECT_EQ(guard.saw(agent_key, pod_by(in_tree, "n2"), later), Rivalry::none);
  EXPECT_EQ(guard.rivalry(agent_key, later), Rivalry::none) << "no status yet";
  EXPECT_EQ(guard.saw(agent_key, write_by(in_tree, 1), later + 1s), Rivalry::proven);
  EXPECT_EQ(guard.rivalry(agent_key, later + 1s), Rivalry::proven);
  EXPECT_EQ(guard.rival(agent_key, later + 1s), in_tree);
}

TEST(Guard, KnowsAControllerOfASingleNodeByItsStatus) {
  Guard guard = leading_guard();
  EXPECT_EQ(guard.saw(agent_key, pod_by(in_tree), later), Rivalry::none);
  EXPECT_EQ(guard.saw(agent_key, write_by(in_tree, 1), later), Rivalry::none);
  EXPECT_EQ(guard.saw(agent_key, write_by(in_tree, 2), later + 1s), Rivalry::proven);
}

TEST(Guard, WaitsWhileSomebodyMakesManyPodsWhoHasNotWrittenAStatusYet) {
  Guard guard = leading_guard();
  EXPECT_EQ(guard.saw(agent_key, pod_by(in_tree, "n1"), later), Rivalry::none);
  EXPECT_EQ(guard.saw(agent_key, pod_by(in_tree, "n2"), later), Rivalry::none);
  EXPECT_EQ(guard.saw(agent_key, pod_by(in_tree, "n3"), later), Rivalry::suspected);
  EXPECT_EQ(guard.rivalry(agent_key, later), Rivalry::suspected);
  EXPECT_EQ(guard.rivalled(later), 0U);
  EXPECT_EQ(guard.again_at(agent_key), later + Guard::suspicion);
  EXPECT_EQ(guard.saw(agent_key, pod_by(in_tree, "n4"), later + 12s), Rivalry::none) << "it is said once";
  EXPECT_EQ(guard.saw(agent_key, write_by(in_tree, 1), later + 13s), Rivalry::proven);
  EXPECT_EQ(guard.rivalled(later + 13s), 1U);
}

TEST(Guard, LetsNobodyHoldADaemonSetByPodsAlone) {
  Guard guard = leading_guard();
  std::chrono::seconds held{0};
  for (std::chrono::seconds passed{0}; passed < Guard::quiet_time; passed += 1s) {
    const std::string node = "n" + std::to_string(passed.count() % 7);
    const std::string name = "somebody-" + std::to_string(passed.count() % 20);
    EXPECT_NE(guard.saw(agent_key, pod_by(name, node), later + passed), Rivalry::proven);
    EXPECT_NE(guard.saw(agent_key, pod_by(in_tree, node), later + passed), Rivalry::proven);
    if (guard.rivalry(agent_key, later + passed) != Rivalry::none) held += 1s;
  }
  EXPECT_GT(held, 0s);
  EXPECT_LE(held, Guard::suspicion);
}

/// Ten kinds of strangers. None of them is a controller, and none of them changes what Everynode does for the
/// DaemonSet.
struct Stranger {
  std::string_view name;
  void (*act)(Guard& guard);
};

const std::vector<Stranger> strangers{
    {"one pod with a forged owner",
     [](Guard& guard) { std::ignore = guard.saw(agent_key, pod_by("kubectl-create"), later); }},
    {"the same, calling itself a controller",
     [](Guard& guard) { std::ignore = guard.saw(agent_key, pod_by(in_tree), later); }},
    {"many pods for one node",
     [](Guard& guard) {
       for (int i = 0; i < 50; ++i) std::ignore = guard.saw(agent_key, pod_by("a-job", "n1"), later + i * 1s);
     }},
    {"pods for two nodes, by hand",
     [](Guard& guard) {
       std::ignore = guard.saw(agent_key, pod_by("kubectl-create", "n1"), later);
       std::ignore = guard.saw(agent_key, pod_by("kubectl-create", "n2"), later + 5s);
     }},
    {"pods for many nodes, one a minute",
     [](Guard& guard) {
       for (int i = 0; i < 9; ++i) {
         std::ignore = guard.saw(agent_key, pod_by("a-job", "n" + std::to_string(i)), later + i * 61s);
       }
     }},
    {"one write of the status by hand",
     [](Guard& guard) { std::ignore = guard.saw(agent_key, write_by("kubectl-edit", 1), later); }},
    {"a tool that keeps writing the status",
     [](Guard& guard) {
       for (int i = 0; i < 60; ++i) std::ignore = guard.saw(agent_key, write_by("a-tool", i % 10), later + i * 1s);
     }},
    {"a pod of one and the status of another",
     [](Guard& guard) {
       std::ignore = guard.saw(agent_key, pod_by("kubectl-create", "n1"), later);
       std::ignore = guard.saw(agent_key, pod_by("kubectl-create", "n2"), later);
       std::ignore = guard.saw(agent_key, write_by("kubectl-edit", 1), later);
       std::ignore = guard.saw(agent_key, write_by("kubectl-edit", 2), later);
     }},
    {"a restore: one pod and one status by one tool",
     [](Guard& guard) {
       std::ignore = guard.saw(agent_key, pod_by("a-backup", "n1"), later);
       std::ignore = guard.saw(agent_key, write_by("a-backup", 1), later);
     }},
    {"pods now and a status an hour later",
     [](Guard& guard) {
       std::ignore = guard.saw(agent_key, pod_by("a-tool", "n1"), later);
       std::ignore = guard.saw(agent_key, pod_by("a-tool", "n2"), later);
       std::ignore = guard.saw(agent_key, write_by("a-tool", 1), later + 1h);
     }},
};

TEST(Guard, GivesWayToNoStranger) {
  for (const Stranger& stranger : strangers) {
    Guard guard = leading_guard();
    stranger.act(guard);
    for (const auto passed : {0s, 1s, 60s, 3600s}) {
      EXPECT_EQ(guard.rivalry(agent_key, later + passed), Rivalry::none) << stranger.name;
    }
  }
}

TEST(Guard, GivesWayUntilNothingWasSeenForLong) {
  Guard guard = leading_guard();
  const auto prove = [&guard](Guard::Instant at, int second) {
    std::ignore = guard.saw(agent_key, pod_by(in_tree, "n1"), at);
    std::ignore = guard.saw(agent_key, pod_by(in_tree, "n2"), at);
    return guard.saw(agent_key, write_by(in_tree, second), at);
  };
  EXPECT_EQ(prove(later, 1), Rivalry::proven);
  EXPECT_EQ(prove(later + 1s, 2), Rivalry::none) << "it is said once";
  const auto last = later + 5min;
  EXPECT_EQ(guard.saw(agent_key, pod_by(in_tree), last), Rivalry::none) << "a single pod of a known rival is a sign";
  EXPECT_EQ(guard.rival(agent_key, last + Guard::quiet_time), in_tree);
  EXPECT_EQ(guard.rivalled(last + Guard::quiet_time), 1U);
  EXPECT_EQ(guard.rivalry(agent_key, guard.again_at(agent_key)), Rivalry::none);
  EXPECT_EQ(guard.rival(agent_key, last + Guard::quiet_time + 1s), "");
  EXPECT_EQ(guard.rivalled(last + Guard::quiet_time + 1s), 0U);
  EXPECT_EQ(prove(last + 1h, 3), Rivalry::proven) << "and again, after a silence";
}

TEST(Guard, CountsNoWriteOfTheStatusTwice) {
  Guard guard = leading_guard();
  EXPECT_EQ(guard.saw(agent_key, pod_by(in_tree), later), Rivalry::none);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(guard.saw(agent_key, write_by(in_tree, 1), later + i * 1s), Rivalry::none);
  EXPECT_EQ(guard.rivalry(agent_key, later + 5s), Rivalry::none);
}

TEST(Guard, KnowsNothingOfADaemonSetThatHasGone) {
  Guard guard = leading_guard();
  std::ignore = guard.saw(agent_key, pod_by(in_tree, "n1"), later);
  std::ignore = guard.saw(agent_key, pod_by(in_tree, "n2"), later);
  guard.forget(agent_key);
  EXPECT_EQ(guard.saw(agent_key, write_by(in_tree, 2), later), Rivalry::none);
  EXPECT_EQ(guard.rivalry(agent_key, later), Rivalry::none);
}

TEST(Guard, LeavesOtherDaemonSetsInPeace) {
  Guard guard = leading_guard();
  for (int i = 0; i < 5; ++i) std::ignore = guard.saw(agent_key, pod_by(in_tree, "n" + std::to_string(i)), later);
  EXPECT_EQ(guard.saw(agent_key, write_by(in_tree, 1), later), Rivalry::proven);
  EXPECT_EQ(guard.rivalry({.namespace_ = "ns", .name = "other"}, later), Rivalry::none);
}

}  // namespace
}  // namespace everynode::sync
