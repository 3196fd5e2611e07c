// Many bodies at once that cost as much as a body can: their memory is bounded, whatever the number of threads, and is
// given back.
#include <atomic>
#include <map>
#include <thread>

#include "attack.hpp"

namespace everynode::support {
namespace {

constexpr std::size_t clients = 16;
constexpr std::size_t peak_mib = 64;
constexpr std::size_t left_kib = 4 * 1024;
/// Each worker keeps its buffers for bodies that are not large.
constexpr std::size_t kept_kib_of_a_worker = 512;
/// It takes five seconds; on a busy machine the webhook's threads may wait for the processor.
constexpr std::chrono::seconds time_to_give_back{20};

/// Pods of about this size that cost as much as possible: to index, to keep, to patch, to answer.
std::vector<std::string> dear_bodies(std::size_t size) {
  const auto filled = [&](std::string_view element) { return list_of(element, size / (element.size() + 1)); };
  const std::string node(63, 'n');
  const auto terms = [&](std::string_view element) { return with_terms("[" + filled(element) + "]"); };
  std::string annotations = R"("annotations":{"everynode.dev/node":"n1",)" + filled(R"("a":"b")") + "}";
  return {
      review_of(daemon_pod(R"("tolerations":[)" + filled("{}") + "]", pinned)),
      review_of(R"({"metadata":{"ownerReferences":[)" + filled("{}") + "]}}"),
      review_of(daemon_pod("", annotations)),
      review_of(daemon_pod(terms(R"({"matchFields":[{}]})") + R"(,"nodeName":")" + node + '"')),
      review_of(daemon_pod(with_terms(R"([{"matchExpressions":[)" + filled("{}") + "]}]"), pinned)),
      review_of(daemon_pod(R"("containers":[)" + filled("{}") + "]", pinned)),
      std::string(size, ','),
  };
}

class HostileMemory : public AttackTest, public ::testing::WithParamInterface<int> {
 protected:
  void SetUp() override {
    memory_limit_mib_ = peak_mib;
    begin({"--threads", std::to_string(GetParam())});
    TlsPeer peer(port());
    ASSERT_TRUE(peer.send(post(review_of(daemon_pod("")))));
    EXPECT_EQ(status_of(peer.receive_until("}}")), 200);
    before_ = webhook_->resident_kib();
  }

  /// Sends all bodies from several clients at once, and waits for the answers.
  void send_at_once(const std::vector<std::string>& bodies) {
    std::map<int, std::size_t> statuses;
    std::mutex mutex;
    {
      std::vector<std::jthread> senders;
      for (std::size_t i = 0; i < clients; ++i) {
        senders.emplace_back([&, i] {
          for (std::size_t n = 0; n < bodies.size(); ++n) {
            TlsPeer peer(port());
            peer.send(post(bodies[(n + i) % bodies.size()], "Connection: close\r\n"));
            const int status = status_of(peer.receive());
            const std::lock_guard lock(mutex);
            ++statuses[status];
          }
        });
      }
    }
    for (const auto& [status, count] : statuses) std::cout << "status " << status << ": " << count << " times\n";
    std::cout << webhook_->peak_mib() << " MiB at most so far\n";
    EXPECT_GT(statuses[200], 0U);
    EXPECT_EQ(statuses[500], 0U);
  }

  void expect_given_back(std::size_t most_kib_more = left_kib) const {
    const auto end = std::chrono::steady_clock::now() + time_to_give_back;
    std::size_t now = webhook_->resident_kib();
    for (; now > before_ + most_kib_more && std::chrono::steady_clock::now() < end; now = webhook_->resident_kib()) {
      std::this_thread::sleep_for(100ms);
    }
    std::cout << before_ << " KiB before, " << now << " KiB after\n";
    EXPECT_LE(now, before_ + most_kib_more);
  }

  [[nodiscard]] static std::size_t kept_by_workers() {
    return kept_kib_of_a_worker * static_cast<std::size_t>(GetParam());
  }

  std::size_t before_ = 0;
};

TEST_P(HostileMemory, OfTheLargestBodiesIsBoundedAndGivenBack) {
  send_at_once(dear_bodies(7 * 1024 * 1024 - 2048));
  expect_given_back();
}

TEST_P(HostileMemory, OfLargeBodiesIsBoundedAndGivenBack) {
  send_at_once(dear_bodies(510 * 1024));
  expect_given_back(left_kib + kept_by_workers());
}

TEST_P(HostileMemory, OfManyBodiesThatAreNotLargeIsBoundedAndGivenBack) {
  for (int round = 0; round < 10; ++round) send_at_once(dear_bodies(60 * 1024));
  expect_given_back(left_kib + kept_by_workers());
}

INSTANTIATE_TEST_SUITE_P(Threads, HostileMemory, ::testing::Values(2, 8, 32));

}  // namespace
}  // namespace everynode::support
