// Outdated TLS, and bytes that are not TLS at all.
#include <thread>

#include "attack.hpp"

namespace everynode::support {
namespace {

const std::string ask = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

class HostileTls : public AttackTest {
 protected:
  [[nodiscard]] bool accepts(int version) const {
    return TlsPeer(port(), {.oldest = version, .newest = version}).secure();
  }
};

TEST_F(HostileTls, IsNotSpokenInAnOldVersion) {
  begin();
  EXPECT_TRUE(accepts(TLS1_3_VERSION));
  for (const int version : {TLS1_VERSION, TLS1_1_VERSION, TLS1_2_VERSION}) EXPECT_FALSE(accepts(version)) << version;
}

TEST_F(HostileTls, IsNotSpokenInAnOlderVersionThanTls12WhereThatIsTheOldest) {
  begin({"--tls-min-version", "1.2"});
  EXPECT_TRUE(accepts(TLS1_2_VERSION));
  EXPECT_TRUE(accepts(TLS1_3_VERSION));
  for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) EXPECT_FALSE(accepts(version)) << version;
}

TEST_F(HostileTls, IsNotNegotiatedAgain) {
  begin({"--tls-min-version", "1.2"});
  for (int i = 0; i < 20; ++i) {
    TlsPeer peer(port(), {.oldest = TLS1_2_VERSION, .newest = TLS1_2_VERSION});
    ASSERT_TRUE(peer.secure());
    ASSERT_TRUE(peer.send(ask));
    EXPECT_EQ(status_of(peer.receive_until("ok\n")), 200);
    EXPECT_FALSE(peer.renegotiate());
  }
}

TEST_F(HostileTls, DoesNotGiveNewKeysWithoutEnd) {
  begin();
  TlsPeer peer(port());
  EXPECT_FALSE(peer.update_keys(100'000) && peer.send(ask) && status_of(peer.receive_until("ok\n")) == 200);
  TlsPeer modest(port());
  EXPECT_TRUE(modest.update_keys(10) && modest.send(ask) && status_of(modest.receive_until("ok\n")) == 200);
  expect_logged("key_updates");
}

TEST_F(HostileTls, IsNoPlainHttp) {
  begin();
  for (const std::string& text :
       {ask, std::string("POST /mutate HTTP/1.1\r\n\r\n"), std::string("PUT / HTTP/1.1\r\n\r\n")}) {
    Peer peer(port());
    peer.send(text);
    const std::string answer = peer.receive();
    EXPECT_TRUE(answer.starts_with("HTTP/1.0 400 Bad Request")) << answer;
  }
}

TEST_F(HostileTls, IsNoNoise) {
  begin();
  const std::string hello = client_hello();
  std::vector<std::string> noises{std::string(100'000, '\0'),
                                  std::string("\x80\x2e\x01\x00\x02", 5),  // SSL 2
                                  std::string("\x16\x03\x01\xff\xff", 5) + std::string(70'000, 'x'),
                                  std::string("\x15\x03\x03\x00\x02\x02\x28", 7),
                                  std::string("SSH-2.0-x\r\n"),
                                  hello + hello,
                                  hello + "GET / HTTP/1.1\r\n\r\n"};
  for (std::size_t size = 1; size < hello.size(); size += 11) {
    std::string broken = hello;
    broken[size] = static_cast<char>(broken[size] ^ 0x55);
    noises.push_back(std::move(broken));
  }
  for (const std::string& noise : noises) {
    Peer peer(port(), 100ms);
    peer.send(noise);
    EXPECT_FALSE(peer.receive().contains("200 OK"));
  }
  std::cout << noises.size() << " kinds of noise\n";
}

}  // namespace
}  // namespace everynode::support
