// Two controllers and one lease.
#include <gtest/gtest.h>

#include "invariants.hpp"
#include "reconcile_loop_run.hpp"

namespace everynode::reconciler {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

struct LeaseTimes {
  std::chrono::seconds lease;
  std::chrono::seconds renew_deadline;
};

constexpr LeaseTimes brief_lease{4s, 3s};   ///< for who waits until the lease is over
constexpr LeaseTimes long_lease{30s, 20s};  ///< for who must not: the limit is half of it

RunOptions candidate(const std::string& identity, std::uint64_t seed, LeaseTimes times = brief_lease) {
  RunOptions options;
  options.seed = seed;
  options.lease = protocol::LeaseSettings{.lease = {.namespace_ = "kube-system", .name = "everynode"},
                                          .identity = identity,
                                          .lease_duration = times.lease,
                                          .renew_deadline = times.renew_deadline,
                                          .retry_period = 300ms};
  return options;
}

class Failover : public ::testing::Test {
 protected:
  explicit Failover(LeaseTimes times = brief_lease) {
    cluster_.observe([this](const FakeObjects& objects, const std::string& plural, const Json& object) {
      invariants_.check(objects, plural, object);
    });
    cluster_.change([](FakeObjects& objects) {
      add_nodes(objects, 5);
      add_daemon_set(objects, daemon_set("agent", "i:1"));
    });
    first_ = std::make_unique<ReconcileLoopRun>(cluster_, candidate("first", 1, times));
    EXPECT_TRUE(cluster_.await(is_settled));
    second_ = std::make_unique<ReconcileLoopRun>(cluster_, candidate("second", 2, times));
    cluster_.change([](FakeObjects& objects) { set_image(objects, "agent", "i:2"); });
    EXPECT_TRUE(
        cluster_.await([](const FakeObjects& objects) { return objects.all("controllerrevisions").size() == 2; }));
  }

  [[nodiscard]] steady_clock::duration until_the_second_leads() const {
    const auto began = steady_clock::now();
    while (!second_->leading() && steady_clock::now() < began + 60s) std::this_thread::sleep_for(5ms);
    return steady_clock::now() - began;
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
  EXPECT_LT(until_the_second_leads(), 30s);
}

class FailoverOfALongLease : public Failover {
 protected:
  FailoverOfALongLease() : Failover(long_lease) {}
};

TEST_F(FailoverOfALongLease, TheSecondActsAtOnceWhenTheFirstTakesItsLeave) {
  EXPECT_FALSE(second_->leading());
  first_->stop();
  EXPECT_LT(until_the_second_leads(), 15s);
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
