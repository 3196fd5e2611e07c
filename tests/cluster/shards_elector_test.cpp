#include "everynode/cluster/shards_elector.hpp"

#include <atomic>
#include <boost/asio/post.hpp>
#include <memory>
#include <set>
#include <utility>

#include "client_fixture.hpp"
#include "lease_keeper.hpp"

namespace everynode::cluster {
namespace {

using namespace std::chrono_literals;
using Duty = protocol::ShardsMachine::Duty;

constexpr std::uint32_t shards = 4;

protocol::ShardsSettings settings_of(std::string identity, std::chrono::seconds lease_duration) {
  return {.lease = {.namespace_ = "n", .name = "group"},
          .count = shards,
          .identity = std::move(identity),
          .lease_duration = lease_duration,
          .renew_deadline = lease_duration * 2 / 3,
          .retry_period = 100ms};
}

/// A replica that does what its duties are: it finishes at once whatever it is to settle.
class Replica {
 public:
  Replica(boost::asio::io_context& loop, Config config, protocol::ShardsSettings settings,
          std::function<void()> changed)
      : loop_(loop),
        client_(loop.get_executor(), std::move(config), {.connections = shards + 1}),
        changed_(std::move(changed)),
        elector_(loop.get_executor(), client_, std::move(settings), observer(), 1) {}

  ShardsElector& elector() { return elector_; }
  [[nodiscard]] std::size_t count() const { return elector_.machine().lanes() - 1; }
  [[nodiscard]] std::set<std::uint32_t> acting() const {
    std::set<std::uint32_t> shards_now;
    for (std::uint32_t shard = 0; shard < count(); ++shard) {
      if (elector_.machine().duty(shard) == Duty::act && elector_.may_act(shard)) shards_now.insert(shard);
    }
    return shards_now;
  }

  void close() { client_.close(); }

  bool lost = false;
  std::vector<std::string> kept_out_by;
  std::vector<std::string> troubles;

 private:
  ShardsObserver observer() {
    return {.changed = [this] { boost::asio::post(loop_, [this] { obey(); }); },
            .lost =
                [this] {
                  lost = true;
                  changed_();
                },
            .kept_out =
                [this](const std::string& holder) {
                  kept_out_by.push_back(holder);
                  changed_();
                },
            .failed = [this](const std::string& problem) { troubles.push_back(problem); }};
  }

  void obey() {
    for (std::uint32_t shard = 0; shard < count(); ++shard) {
      if (elector_.machine().duty(shard) == Duty::settle) elector_.settled(shard);
    }
    changed_();
  }

  boost::asio::io_context& loop_;
  Client client_;
  std::function<void()> changed_;
  ShardsElector elector_;
};

class ShardsElectorTest : public ClientTest {
 protected:
  void start(const FakeApiServer& server, std::string identity, std::function<void()> changed,
             std::chrono::seconds lease_duration = 15s) {
    auto settings = settings_of(std::move(identity), lease_duration);
    replicas_.push_back(std::make_unique<Replica>(loop_, config_of(server), std::move(settings), std::move(changed)));
    replicas_.back()->elector().start();
  }

  void run_loop() {
    loop_.run_for(60s);
    EXPECT_TRUE(loop_.stopped()) << "it did not end";
  }

  std::vector<std::unique_ptr<Replica>> replicas_;
};

TEST_F(ShardsElectorTest, SharesWithTheSecondAndGivesAllUpInTheEnd) {
  const FakeApiServer server{LeaseKeeper()};
  bool shared = false;
  std::function<void()> look = [&] {
    const std::set<std::uint32_t> first = replicas_[0]->acting();
    if (replicas_.size() == 1 && first.size() == shards) start(server, "b", look);
    if (replicas_.size() == 1) return;
    const std::set<std::uint32_t> second = replicas_[1]->acting();
    for (const std::uint32_t shard : first) EXPECT_FALSE(second.contains(shard)) << shard;
    if (shared || first.size() != 2 || second.size() != 2) return;
    shared = true;
    for (const auto& replica : replicas_) replica->elector().leave();
  };
  start(server, "a", look);
  run_loop();
  EXPECT_TRUE(shared);
  for (const auto& replica : replicas_) {
    EXPECT_TRUE(replica->elector().finished());
    EXPECT_FALSE(replica->lost);
    EXPECT_EQ(replica->troubles, std::vector<std::string>{});
  }
}

TEST_F(ShardsElectorTest, LeavesNothingToWaitFor) {
  LeaseKeeper leases;
  const FakeApiServer server([&](const ApiRequest& request) { return leases(request); });
  for (std::size_t turn = 0; turn < 3; ++turn) {
    bool all = false;
    loop_.restart();
    const auto look = [&] {
      if (all || replicas_.back()->acting().size() < shards) return;
      all = true;
      replicas_.back()->elector().leave();
    };
    start(server, "turn-" + std::to_string(turn), look, 1h);
    run_loop();
    EXPECT_TRUE(all) << turn;
  }
}

TEST_F(ShardsElectorTest, SaysOnceWhoKeepsItOutAndBeginsWhenThatOneHasStopped) {
  const FakeApiServer server{LeaseKeeper()};
  bool told = false;
  bool all = false;
  std::function<void()> look = [&] {
    if (replicas_.size() == 1 && replicas_[0]->acting().size() == shards) {
      auto settings = settings_of("b", 3s);
      settings.count = 2;
      replicas_.push_back(std::make_unique<Replica>(loop_, config_of(server), std::move(settings), look));
      replicas_[1]->elector().start();
    }
    if (replicas_.size() == 1) return;
    if (!replicas_[1]->kept_out_by.empty() && !std::exchange(told, true)) replicas_[0]->elector().leave();
    if (all || replicas_[1]->acting().size() < 2) return;
    all = true;
    replicas_[1]->elector().leave();
  };
  start(server, "a", look, 3s);
  run_loop();
  EXPECT_TRUE(all);
  EXPECT_EQ(replicas_[1]->kept_out_by, std::vector<std::string>{"4-shards"});
}

TEST_F(ShardsElectorTest, IsLostInTimeWhileARenewalHangs) {
  LeaseKeeper leases;
  std::atomic<bool> hangs = false;
  bool left = false;
  const FakeApiServer server([&](const ApiRequest& request) {
    ApiAnswer answer = leases(request);
    if (hangs) answer.delay = 60s;
    return answer;
  });
  const auto look = [&] {
    if (replicas_[0]->acting().size() == shards) hangs = true;
    if (!replicas_[0]->lost || left) return;
    left = true;
    EXPECT_TRUE(replicas_[0]->acting().empty());
    replicas_[0]->elector().leave();
    replicas_[0]->close();
  };
  start(server, "a", look, 3s);
  run_loop();
  EXPECT_TRUE(left);
}

}  // namespace
}  // namespace everynode::cluster
