// A backup of etcd is restored: objects and resourceVersions go back.
#include <gtest/gtest.h>

#include "cluster_objects.hpp"
#include "reconcile_loop_run.hpp"

namespace everynode::reconciler {
namespace {

using namespace std::chrono_literals;

class Restore : public ::testing::Test {
 protected:
  Restore() {
    cluster_.change([](FakeObjects& objects) {
      add_nodes(objects, 5);
      add_daemon_set(objects, daemon_set("agent", "i:1"));
    });
  }

  void await_settled(const std::string& when) {
    ASSERT_TRUE(cluster_.await(is_settled)) << when;
    EXPECT_EQ(cluster_.ask([](const FakeObjects& objects) { return objects.all("pods").size(); }),
              cluster_.ask([](const FakeObjects& objects) { return objects.all("nodes").size(); }))
        << when;
  }

  void restore(const FakeObjects& backup) {
    cluster_.change([&](FakeObjects& objects) { objects.restore(backup); });
  }

  [[nodiscard]] FakeObjects backup() const {
    return cluster_.ask([](const FakeObjects& objects) { return objects.backup(); });
  }

  /// The controller carries out what a user wants afterwards.
  void expect_alive() {
    cluster_.change([](FakeObjects& objects) { set_image(objects, "agent", "i:9"); });
    await_settled("a roll after the restore");
    cluster_.change([](FakeObjects& objects) { objects.write("nodes", node("late")); });
    await_settled("a node after the restore");
  }

  FakeCluster cluster_;
};

TEST_F(Restore, OfMinutesAgoIsNoticedAndWorkGoesOn) {
  const ReconcileLoopRun run(cluster_);
  await_settled("before");
  const FakeObjects before = backup();
  for (const std::string image : {"i:2", "i:3", "i:4"}) {
    cluster_.change([&](FakeObjects& objects) { set_image(objects, "agent", image); });
    await_settled(image);
  }
  restore(before);
  expect_alive();
  EXPECT_EQ(run.restores(), 1U);
}

TEST_F(Restore, ThatFollowsAnotherAtOnceIsNoticedToo) {
  const ReconcileLoopRun run(cluster_);
  await_settled("before");
  const FakeObjects before = backup();
  for (const std::string image : {"i:2", "i:3"}) {
    cluster_.change([&](FakeObjects& objects) { set_image(objects, "agent", image); });
    await_settled(image);
    restore(before);
    await_settled("after " + image);
  }
  expect_alive();
  EXPECT_EQ(run.restores(), 1U) << "it is said once";
}

TEST_F(Restore, OfAnEmptyClusterBringsAllPodsBack) {
  const FakeObjects before = backup();
  const ReconcileLoopRun run(cluster_);
  await_settled("before");
  restore(before);
  await_settled("after");
  expect_alive();
  EXPECT_EQ(run.restores(), 1U);
}

TEST_F(Restore, IsNoticedThoughTheVersionsOvertakeIt) {
  const ReconcileLoopRun run(cluster_);
  await_settled("before");
  const FakeObjects before = backup();
  cluster_.change([](FakeObjects& objects) { objects.erase("pods", objects.all("pods").begin()->first); });
  await_settled("a pod of the time that is lost");
  const std::uint64_t lost = cluster_.ask([](const FakeObjects& objects) { return objects.version(); });
  cluster_.change([&](FakeObjects& objects) {
    objects.restore(before);
    while (objects.version() <= lost + 50) objects.write("nodes", node("busy"));
  });
  expect_alive();
}

TEST_F(Restore, IsNoticedByTheLeaseThoughNoConnectionBreaks) {
  RunOptions options;
  options.lease = protocol::LeaseSettings{.lease = {.namespace_ = "ns", .name = "lease"},
                                          .identity = "one",
                                          .lease_duration = 2s,
                                          .renew_deadline = 1500ms,
                                          .retry_period = 100ms};
  const ReconcileLoopRun run(cluster_, options);
  await_settled("before");
  const FakeObjects before = backup();
  cluster_.change([](FakeObjects& objects) { set_image(objects, "agent", "i:2"); });
  await_settled("a roll that is lost");
  restore(before);
  expect_alive();
  EXPECT_EQ(run.restores(), 1U) << "the lease and the watches see the same one";
}

/// The time that is lost had promoted the wave: that must be done again.
TEST_F(Restore, OfAHeldWaveIsHeldAgain) {
  const auto phase_is = [](const std::string& phase) {
    return [phase](const FakeObjects& objects) { return phase_of_policy(objects) == phase; };
  };
  cluster_.change(add_policy);
  const ReconcileLoopRun run(cluster_);
  ASSERT_TRUE(cluster_.await(phase_is("Complete")));
  cluster_.change([](FakeObjects& objects) { set_image(objects, "agent", "i:2"); });
  ASSERT_TRUE(cluster_.await(phase_is("Held")));
  const FakeObjects held = backup();
  cluster_.change(promote);
  ASSERT_TRUE(cluster_.await(phase_is("Complete")));
  restore(held);
  while (run.restores() == 0) std::this_thread::sleep_for(5ms);
  std::this_thread::sleep_for(500ms);  // in which it would go on
  EXPECT_EQ(cluster_.ask([](const FakeObjects& objects) { return pods_of(objects, "i:2"); }), 1U);
  EXPECT_TRUE(phase_is("Held")(backup()));
  cluster_.change(promote);
  EXPECT_TRUE(cluster_.await(phase_is("Complete")));
  EXPECT_EQ(cluster_.ask([](const FakeObjects& objects) { return pods_of(objects, "i:2"); }), 5U);
}

TEST_F(Restore, IsNotSeenInAConnectionThatBreaks) {
  cluster_.set_watch_faults([](const support::ApiRequest&) { return support::WatchFault{.life = 30ms}; });
  const ReconcileLoopRun run(cluster_);
  await_settled("before");
  for (const std::string image : {"i:2", "i:3"}) {
    cluster_.change([&](FakeObjects& objects) { set_image(objects, "agent", image); });
    await_settled(image);
  }
  EXPECT_EQ(run.restores(), 0U);
}

}  // namespace
}  // namespace everynode::reconciler
