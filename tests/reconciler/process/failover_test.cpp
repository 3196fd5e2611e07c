// Two controllers and one lease.
#include <gtest/gtest.h>

#include "invariants.hpp"
#include "reconcile_loop_run.hpp"

namespace everynode::reconciler {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

RunOptions candidate(const std::string& identity, std::uint64_t seed) {
  RunOptions options;
  options.seed = seed;
  options.lease = protocol::LeaseSettings{.lease = {.namespace_ = "kube-system", .name = "everynode"},
                                          .identity = identity,
                                          .lease_duration = 2s,
                                          .renew_deadline = 1500ms,
                                          .retry_period = 300ms};
  return options;
}

class Failover : public ::testing::Test {
 protected:
  Failover() {
    cluster_.observe([this](const FakeObjects& objects, const std::string& plural, const Json& object) {
      invariants_.check(objects, plural, object);
    });
    cluster_.change([](FakeObjects& objects) {
      add_nodes(objects, 5);
      add_daemon_set(objects, daemon_set("agent", "i:1"));
    });
    first_ = std::make_unique<ReconcileLoopRun>(cluster_, candidate("first", 1));
    EXPECT_TRUE(cluster_.await(is_settled));
    second_ = std::make_unique<ReconcileLoopRun>(cluster_, candidate("second", 2));
    cluster_.change([](FakeObjects& objects) { set_image(objects, "agent", "i:2"); });
    EXPECT_TRUE(
        cluster_.await([](const FakeObjects& objects) { return objects.all("controllerrevisions").size() == 2; }));
  }

  void TearDown() override {
    EXPECT_TRUE(cluster_.await(is_settled));
    EXPECT_TRUE(second_->leading());
    cluster_.ask([this](const FakeObjects&) {
      for (const std::string& violation : invariants_.violations()) ADD_FAILURE() << violation;
    });
  }

  Invariants invariants_{Limits{}};
  FakeCluster cluster_;
  std::unique_ptr<ReconcileLoopRun> first_;
  std::unique_ptr<ReconcileLoopRun> second_;
};

TEST_F(Failover, TheSecondActsWhenTheLeaseOfTheDeadIsOver) {  // requirement 13.2
  EXPECT_FALSE(second_->leading());
  first_.reset();
  const auto death = steady_clock::now();
  while (!second_->leading() && steady_clock::now() < death + 10s) std::this_thread::sleep_for(5ms);
  EXPECT_LT(steady_clock::now() - death, 4s);
}

TEST_F(Failover, TheSecondActsAtOnceWhenTheFirstTakesItsLeave) {
  EXPECT_FALSE(second_->leading());
  first_->stop();
  const auto leave = steady_clock::now();
  while (!second_->leading() && steady_clock::now() < leave + 10s) std::this_thread::sleep_for(5ms);
  EXPECT_LT(steady_clock::now() - leave, 1s);
}

TEST(FailoverInAWave, TheSecondHoldsWhatTheFirstHeld) {
  FakeCluster cluster;
  Invariants invariants{{.hold = Hold{.image = "i:2", .pods = 1}}};
  cluster.observe([&](const FakeObjects& objects, const std::string& plural, const Json& object) {
    invariants.check(objects, plural, object);
  });
  cluster.change([](FakeObjects& objects) {
    add_nodes(objects, 5);
    add_policy(objects);
    add_daemon_set(objects, daemon_set("agent", "i:1"));
  });
  const auto phase_is = [](const std::string& phase) {
    return [phase](const FakeObjects& objects) { return phase_of_policy(objects) == phase; };
  };
  auto first = std::make_unique<ReconcileLoopRun>(cluster, candidate("first", 1));
  ASSERT_TRUE(cluster.await(phase_is("Complete")));
  const ReconcileLoopRun second(cluster, candidate("second", 2));
  cluster.change([](FakeObjects& objects) { set_image(objects, "agent", "i:2"); });
  ASSERT_TRUE(cluster.await(phase_is("Held")));
  first.reset();
  ASSERT_TRUE(cluster.await([&](const FakeObjects&) { return second.leading(); }));
  std::this_thread::sleep_for(300ms);  // in which it would go on
  cluster.change(promote);
  EXPECT_TRUE(cluster.await(phase_is("Complete")));
  EXPECT_TRUE(cluster.await(is_settled));
  cluster.ask([&](const FakeObjects&) {
    for (const std::string& violation : invariants.violations()) ADD_FAILURE() << violation;
  });
}

}  // namespace
}  // namespace everynode::reconciler
