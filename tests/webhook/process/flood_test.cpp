// Connections that arrive in large numbers, or take their time.
#include <sys/socket.h>

#include <atomic>
#include <functional>
#include <thread>

#include "attack.hpp"

namespace everynode::support {
namespace {

using Clock = std::chrono::steady_clock;

class Flood : public AttackTest {
 protected:
  [[nodiscard]] static Clock::time_point in(std::chrono::seconds time) { return Clock::now() + time; }

  /// Opens connections until `end`, and keeps the newest `kept` of them. `hurt` is what each of them does first.
  std::size_t open_until(Clock::time_point end, std::size_t kept, const std::function<void(Peer&)>& hurt,
                         const char* from = attackers_address) {
    std::vector<std::optional<Peer>> peers(kept);
    std::size_t opened = 0;
    for (; Clock::now() < end; ++opened) {
      auto& peer = peers[opened % kept];
      peer.emplace(port(), 200ms, from);
      hurt(*peer);
    }
    return opened;
  }

  void half_handshakes(const char* from) {
    const std::string hello = client_hello();
    const std::size_t opened = open_until(in(4s), 500, [&](Peer& peer) { peer.send(hello); }, from);
    std::cout << opened / 4 << " half handshakes a second\n";
  }

  /// So many connections with completed handshakes.
  std::vector<std::unique_ptr<TlsPeer>> secure(int count) const {
    std::vector<std::unique_ptr<TlsPeer>> peers;
    for (int i = 0; i < count; ++i) peers.push_back(std::make_unique<TlsPeer>(port()));
    return peers;
  }

  /// Sends the text byte by byte on all connections at once, until `end`.
  void drip(std::vector<std::unique_ptr<TlsPeer>>& peers, const std::string& text, Clock::time_point end) const {
    for (std::size_t i = 0; Clock::now() < end; ++i) {
      for (const auto& peer : peers) peer->send(text.substr(i % text.size(), 1));
      std::this_thread::sleep_for(100ms);
    }
  }
};

TEST_F(Flood, OfConnectionsThatSayNothing) {
  begin();
  const int count = size_of("EVERYNODE_CONNECTIONS", 3000);
  std::vector<Peer> peers;
  peers.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) peers.emplace_back(port(), 2s);
  const auto connected = std::ranges::count_if(peers, &Peer::connected);
  std::this_thread::sleep_for(1s);
  const auto open = std::ranges::count_if(peers, [](const Peer& peer) { return !peer.closed(); });
  std::cout << connected << " connections were opened, " << open << " are left\n";
  EXPECT_EQ(connected, count);
  EXPECT_LE(open, 1000);
  expect_logged("evicted");
  expect_logged(std::string("most from ") + attackers_address);
}

TEST_F(Flood, OfConnectionsThatAreAllKept) {
  const int count = size_of("EVERYNODE_CONNECTIONS", 1500);
  memory_limit_mib_ = 64 + static_cast<std::size_t>(count) / 8;  // 128 KiB each
  begin({"--max-connections", std::to_string(count + 100)});
  auto peers = secure(count);
  for (const auto& peer : peers) {
    ASSERT_TRUE(peer->send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    EXPECT_EQ(status_of(peer->receive_until("ok\n")), 200);
  }
  const auto open = std::ranges::count_if(peers, [](const auto& peer) { return !peer->peer().closed(); });
  std::cout << open << " connections of " << count << " were served and are kept\n";
  EXPECT_EQ(open, count);
}

TEST_F(Flood, OfWarmConnections) {
  begin();
  const std::string body = review_of(daemon_pod(R"("nodeName":"n1","containers":")" + std::string(60'000, 'x') + '"'));
  auto peers = secure(1000);
  std::size_t served = 0;
  for (const auto& peer : peers) {
    if (peer->send(post(body)) && status_of(peer->receive_until("}}")) == 200) ++served;
  }
  std::cout << served << " connections had a large request and are kept\n";
}

TEST_F(Flood, OfNewConnections) {
  begin();
  const std::size_t opened = open_until(in(4s), 500, [](Peer&) {});
  std::cout << opened / 4 << " connections a second\n";
}

TEST_F(Flood, OfHalfHandshakes) {
  begin();
  half_handshakes(attackers_address);
}

/// As behind a proxy that hides the clients' addresses.
TEST_F(Flood, OfHalfHandshakesFromTheAddressOfTheHealthy) {
  serves_new_ones_ = false;
  begin();
  half_handshakes("127.0.0.1");
}

TEST_F(Flood, OfHandshakesThatEndAtOnce) {
  begin();
  const auto end = in(4s);
  std::size_t done = 0;
  for (; Clock::now() < end; ++done) EXPECT_TRUE(TlsPeer(port()).secure());
  std::cout << done / 4 << " handshakes a second\n";
}

TEST_F(Flood, OfSlowHeaders) {
  begin();
  auto peers = secure(400);
  drip(peers, "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(1000, 'x'), in(12s));
  const auto open = std::ranges::count_if(peers, [](const auto& peer) { return !peer->peer().closed(); });
  EXPECT_EQ(open, 0) << "a header may take 10 s";
  expect_logged("header_too_slow");
}

TEST_F(Flood, OfSlowBodies) {
  begin();
  auto peers = secure(400);  // more than the limit of requests in flight
  for (const auto& peer : peers) peer->send(post(std::string(5000, ' ')).substr(0, 200));
  drip(peers, " ", in(12s));
  const auto open = std::ranges::count_if(peers, [](const auto& peer) { return !peer->peer().closed(); });
  EXPECT_EQ(open, 0) << "a body may take 10 s";
  expect_logged("body_too_slow");
}

TEST_F(Flood, OfLargeBodiesThatNeverEnd) {
  begin();
  auto peers = secure(60);
  const std::string most = post(std::string(6 * 1024 * 1024, ' '));
  const std::string part = most.substr(0, most.size() - 1);
  std::size_t taken = 0;
  for (const auto& peer : peers) taken += peer->send(part) ? 1 : 0;
  std::cout << taken << " bodies of 6 MiB lack their last byte\n";
  std::this_thread::sleep_for(1s);
}

TEST_F(Flood, OfAnswersThatNobodyReads) {
  begin();
  std::vector<std::unique_ptr<TlsPeer>> peers;
  for (int i = 0; i < 300; ++i) {
    peers.push_back(std::make_unique<TlsPeer>(port(), TlsPeer::Offer{.patience = 50ms}));
    const int little = 1;
    setsockopt(peers.back()->peer().descriptor(), SOL_SOCKET, SO_RCVBUF, &little, sizeof little);
  }
  const auto end = in(4s);
  std::size_t asked = 0;
  while (Clock::now() < end) {
    for (const auto& peer : peers) asked += peer->send("GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n") ? 1 : 0;
  }
  std::cout << asked << " requests whose answers nobody read\n";
}

TEST_F(Flood, OfRefusals) {
  begin();
  const auto end = in(4s);
  std::vector<std::unique_ptr<TlsPeer>> kept;
  while (Clock::now() < end) {
    kept.push_back(std::make_unique<TlsPeer>(port()));
    kept.back()->send("nonsense\r\n\r\n");  // and then it does not close
  }
  std::cout << kept.size() << " bad requests, whose senders stay\n";
  expect_logged("400=");
}

TEST_F(Flood, OnMoreConnectionsThanThereAreFileDescriptors) {
  begin({"--max-connections", "1000"}, {"/usr/bin/prlimit", "--nofile=256:256"});
  EXPECT_TRUE(webhook_->log().contains("file descriptors")) << webhook_->log();
  const std::size_t opened = open_until(in(3s), 600, [](Peer&) {});
  std::cout << opened << " connections\n";
  expect_logged("evicted");
}

TEST_F(Flood, FindsTheLimitOfFileDescriptorsRaised) {
  begin({"--max-connections", "1000"}, {"/usr/bin/prlimit", "--nofile=256:4096"});
  EXPECT_FALSE(webhook_->log().contains("file descriptors")) << webhook_->log();
  const auto peers = secure(600);
  EXPECT_TRUE(std::ranges::all_of(peers, [](const auto& peer) { return peer->secure() && !peer->peer().closed(); }));
}

}  // namespace
}  // namespace everynode::support
