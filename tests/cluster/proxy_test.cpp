#include "client_fixture.hpp"
#include "scripted_server.hpp"

namespace everynode::cluster {
namespace {

using support::ok_answer;
using support::ScriptedServer;

class ProxyTest : public ClientTest {
 protected:
  /// A server that is reachable only through a proxy on loopback.
  static Config behind(const ScriptedServer& proxy, bool tls) {
    Config config;
    config.source = "the test";
    config.tls = tls;
    config.host = "api.invalid";
    config.port = 6443;
    config.proxy = http::Proxy{.kind = http::Proxy::Kind::http,
                               .host = "127.0.0.1",
                               .port = proxy.port(),
                               .has_user = true,
                               .user = "me",
                               .password = "word"};
    return config;
  }
};

TEST_F(ProxyTest, IsAskedForTheServersUrl) {
  std::string seen;
  const ScriptedServer proxy(
      [&](ScriptedServer::Peer& peer) {
        seen = peer.read_request();
        peer.write(ok_answer("hello"));
      },
      {.tls = false});
  Client client(loop_.get_executor(), behind(proxy, false), {});
  const auto outcome = finish(client.send(get_node));
  ASSERT_TRUE(outcome) << outcome.error().why;
  EXPECT_EQ(outcome->body, "hello");
  EXPECT_TRUE(seen.starts_with("GET http://api.invalid:6443/api/v1/nodes/n HTTP/1.1\r\nHost: api.invalid:6443\r\n"))
      << seen;
  EXPECT_TRUE(seen.contains("\r\nProxy-Authorization: Basic bWU6d29yZA==\r\n")) << seen;
}

TEST_F(ProxyTest, IsNamedWhenItRefuses) {
  const ScriptedServer proxy(
      [](ScriptedServer::Peer& peer) {
        peer.read_request();
        peer.write("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
      },
      {.tls = false});
  Client client(loop_.get_executor(), behind(proxy, true), {});
  const auto outcome = finish(client.send(create_pod));
  ASSERT_FALSE(outcome);
  EXPECT_FALSE(outcome.error().sent);
  EXPECT_EQ(
      outcome.error().why,
      "the proxy http://127.0.0.1:" + std::to_string(proxy.port()) +
          ": it opens no way to https://api.invalid:6443 (it answers 407 Proxy Authentication Required); check "
          "proxy-url in the kubeconfig, or HTTPS_PROXY, HTTP_PROXY and NO_PROXY in the environment (configured by "
          "the test)");
}

TEST_F(ProxyTest, MayNotSpeakBeforeTheServer) {
  const ScriptedServer proxy(
      [](ScriptedServer::Peer& peer) {
        peer.read_request();
        peer.write("HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        peer.wait(std::chrono::seconds(5));
      },
      {.tls = false});
  Client client(loop_.get_executor(), behind(proxy, true), {});
  const auto outcome = finish(client.send(get_node));
  ASSERT_FALSE(outcome);
  EXPECT_TRUE(outcome.error().why.contains("it sends something before the server could")) << outcome.error().why;
}

TEST_F(ProxyTest, IsNamedWhenItSpeaksNoSocks) {
  const ScriptedServer proxy(
      [](ScriptedServer::Peer& peer) {
        peer.write("HTTP/1.1 400 Bad Request\r\n\r\n");
        peer.wait(std::chrono::seconds(5));
      },
      {.tls = false});
  Config config = behind(proxy, true);
  config.proxy->kind = http::Proxy::Kind::socks5;
  Client client(loop_.get_executor(), config, {});
  const auto outcome = finish(client.send(get_node));
  ASSERT_FALSE(outcome);
  EXPECT_TRUE(outcome.error().why.starts_with("the proxy socks5://127.0.0.1:")) << outcome.error().why;
  EXPECT_TRUE(outcome.error().why.contains("(it does not speak SOCKS 5)")) << outcome.error().why;
}

}  // namespace
}  // namespace everynode::cluster
