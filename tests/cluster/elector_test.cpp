#include "everynode/cluster/elector.hpp"

#include <atomic>

#include "client_fixture.hpp"
#include "lease_keeper.hpp"

namespace everynode::cluster {
namespace {

using namespace std::chrono_literals;

class ElectorTest : public ClientTest {
 protected:
  static protocol::LeaseSettings settings(std::string identity, std::chrono::seconds lease_duration) {
    return {.lease = {.namespace_ = "n", .name = "l"},
            .identity = std::move(identity),
            .lease_duration = lease_duration,
            .renew_deadline = lease_duration / 2,
            .retry_period = 100ms};
  }

  ElectorObserver observer(const std::string& name) {
    return {.started_leading = [this, name] { log(name + " leads"); },
            .stopped_leading = [this, name] { log(name + " stops"); },
            .new_leader = [](const std::string&) {},
            .failed = [this](const std::string& trouble) { troubles_.push_back(trouble); }};
  }

  void spawn(Elector& elector) {
    boost::asio::co_spawn(loop_, elector.run(), [](const std::exception_ptr& error) {
      if (error) std::rethrow_exception(error);
    });
  }

  void log(std::string what) {
    log_.push_back(std::move(what));
    boost::asio::post(loop_, [this] { happened_(log_.back()); });
  }

  void run_loop() {
    loop_.run_for(20s);
    EXPECT_TRUE(loop_.stopped()) << "it did not end";
  }

  boost::asio::steady_timer later_{loop_};
  std::vector<std::string> log_;
  std::vector<std::string> troubles_;
  std::function<void(const std::string&)> happened_;
};

/// The lease lasts for longer than the loop runs: nobody gets it by waiting.
TEST_F(ElectorTest, HandsTheLeaseOverOnRelease) {
  const FakeApiServer server{LeaseKeeper()};
  Client client_a = client_for(server);
  Client client_b = client_for(server);
  Elector a(loop_.get_executor(), client_a, settings("a", 60s), observer("a"), 1);
  Elector b(loop_.get_executor(), client_b, settings("b", 60s), observer("b"), 2);
  happened_ = [&](const std::string& what) {
    if (what == "a leads") {
      EXPECT_TRUE(a.leads());
      EXPECT_FALSE(b.leads());
      spawn(b);
      later_.expires_after(1500ms);
      later_.async_wait([&](const boost::system::error_code&) { a.release(); });
    }
    if (what == "b leads") b.release();
  };
  spawn(a);
  run_loop();
  EXPECT_EQ(log_, (std::vector<std::string>{"a leads", "a stops", "b leads", "b stops"}));
  EXPECT_EQ(troubles_, std::vector<std::string>{});
}

TEST_F(ElectorTest, StopsInTimeWhileARenewalHangs) {
  LeaseKeeper keeper;
  std::atomic<int> writes = 0;
  const FakeApiServer server([&](const ApiRequest& request) {
    ApiAnswer answer = keeper(request);
    if (request.method != "GET" && ++writes > 2) answer.delay = 10s;
    return answer;
  });
  Client client = client_for(server);
  Elector elector(loop_.get_executor(), client, settings("a", 4s), observer("a"), 1);
  const auto began = std::chrono::steady_clock::now();
  happened_ = [&](const std::string& what) {
    if (what != "a stops") return;
    EXPECT_FALSE(elector.leads());
    elector.release();
    client.close();
  };
  spawn(elector);
  run_loop();
  EXPECT_EQ(log_, (std::vector<std::string>{"a leads", "a stops"}));
  EXPECT_LT(std::chrono::steady_clock::now() - began, 8s);
}

}  // namespace
}  // namespace everynode::cluster
