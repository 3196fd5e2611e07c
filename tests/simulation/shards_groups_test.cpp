// Replicas with different numbers of shards: one group after the other, and never both.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <tuple>
#include <variant>

#include "everynode/protocol/shards_machine.hpp"
#include "lease_server.hpp"

namespace everynode::simulation {
namespace {

using namespace std::chrono_literals;
using protocol::LeaseMachine;
using protocol::ShardsMachine;
using support::LeaseServer;
using TrueTime = std::chrono::nanoseconds;

/// A replica whose requests are answered at once, but for those of lanes that are cut off.
class Direct {
 public:
  Direct(LeaseServer& server, const std::string& name, std::uint32_t count, std::uint64_t seed = 1)
      : server_(server),
        count_(count),
        machine_({.lease = {.namespace_ = "n", .name = "l"}, .count = count, .identity = name}, seed) {}

  void cut_off_the_group() { cut_off_ = true; }
  void leave() { machine_.leave(); }

  void work(TrueTime at) {
    for (std::uint32_t i = 0; i < count_; ++i) machine_.settled(i);
    const protocol::Moment moment{.steady = LeaseMachine::Instant(at),
                                  .wall = protocol::LeaseTime(std::chrono::floor<std::chrono::microseconds>(at))};
    for (std::size_t lane = 0; lane < machine_.lanes(); ++lane) {
      const LeaseMachine::Question question = machine_.next(lane, moment);
      const auto* const request = std::get_if<kube::Request>(&question);
      if (request == nullptr) continue;
      kube::Outcome outcome = std::unexpected(kube::NoReply{.why = "lost", .sent = true});
      if (!cut_off_ || lane > 0) outcome = server_.handle(*request);
      std::ignore = machine_.on_answer(lane, outcome, moment);
    }
  }

  [[nodiscard]] bool acts(TrueTime at) const {
    for (std::uint32_t i = 0; i < count_; ++i) {
      if (machine_.may_act(i, LeaseMachine::Instant(at))) return true;
    }
    return false;
  }
  [[nodiscard]] bool lost(TrueTime at) const { return machine_.lost(LeaseMachine::Instant(at)); }

 private:
  LeaseServer& server_;
  std::uint32_t count_;
  ShardsMachine machine_;
  bool cut_off_ = false;
};

/// It still renews the leases of its shards, but no longer the group's, which replicas with another number get then.
TEST(ShardsSimulation, ReplicasWithDifferentNumbersOfShardsNeverAct) {
  LeaseServer server;
  Direct two(server, "two", 2);
  Direct three(server, "three", 3);
  TrueTime now = 1h;
  for (; now < 1h + 60s; now += 100ms) {
    two.work(now);
    three.work(now);
    ASSERT_FALSE(three.acts(now));
  }
  ASSERT_TRUE(two.acts(now));
  two.cut_off_the_group();
  for (; now < 1h + 180s; now += 100ms) {
    two.work(now);
    three.work(now);
    ASSERT_FALSE(two.acts(now) && three.acts(now)) << (now - 1h) / 1ms << " ms";
  }
  EXPECT_TRUE(three.acts(now));
  EXPECT_TRUE(two.lost(now));
}

/// One of two leaves `after` a minute and this time, and a replica with another number of shards waits for them. When
/// the minute is over, somebody may delete the group's Lease, into which the other one has to write itself again.
void leave_beside_another(TrueTime after, bool deleted, std::uint64_t seed) {
  LeaseServer server;
  Direct one(server, "one", 2, seed);
  Direct other(server, "other", 2, seed + 1000);
  Direct three(server, "three", 3, seed + 2000);
  TrueTime now = 1h;
  for (; now < 1h + 120s; now += 100ms) {
    if (deleted && now == 1h + 60s) server.erase("l");
    if (now == 1h + 60s + after) one.leave();
    one.work(now);
    other.work(now);
    three.work(now);
    ASSERT_FALSE(other.acts(now) && three.acts(now));
  }
  EXPECT_TRUE(other.acts(now));
  other.leave();
  for (; now < 1h + 150s && !three.acts(now); now += 100ms) {
    other.work(now);
    three.work(now);
  }
  EXPECT_LT(now, 1h + 135s) << "it need not wait for the Lease to run out";
}

TEST(ShardsSimulation, WhoLeavesLetsNobodyInBesideTheOthers) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    for (TrueTime after{0}; after < 4s; after += 100ms) {
      for (const bool deleted : {false, true}) {
        SCOPED_TRACE(std::to_string(after / 1ms) + " ms, seed " + std::to_string(seed) + (deleted ? ", deleted" : ""));
        leave_beside_another(after, deleted, seed);
      }
    }
  }
}

}  // namespace
}  // namespace everynode::simulation
