#include <boost/asio/ip/tcp.hpp>

#include "client_fixture.hpp"

namespace everynode::cluster {
namespace {

using support::Certificate;
using support::make_certificate;
using support::self_signed;

class TrustTest : public ClientTest {
 protected:
  /// Why there was no answer; empty: there was one.
  std::string why(const Config& config) {
    Client client(loop_.get_executor(), config, {});
    const auto outcome = finish(client.send(get_node));
    if (!outcome) EXPECT_FALSE(outcome.error().sent) << outcome.error().why;
    return outcome ? "" : outcome.error().why;
  }
};

/// Checks that the text begins with the address and then `what`, and ends with the place of the mistake.
void expect_why(const std::string& text, const Config& config, const std::string& what, const std::string& advice) {
  EXPECT_TRUE(text.starts_with(config.address() + ": " + what)) << text;
  EXPECT_TRUE(text.contains(advice)) << text;
  EXPECT_TRUE(text.ends_with("(configured by the test)")) << text;
}

TEST_F(TrustTest, TrustsTheConfiguredAuthority) {
  const FakeApiServer server(hello, {});
  EXPECT_EQ(why(config_of(server)), "");
}

TEST_F(TrustTest, ChecksAddressesAndServerNames) {
  const FakeApiServer server(hello, {.certificate = self_signed("DNS:kubernetes.default,IP:127.0.0.1")});
  Config config = config_of(server);
  config.host = "127.0.0.1";
  EXPECT_EQ(why(config), "");
  config.host = "localhost";
  expect_why(why(config), config, "its certificate is not for \"localhost\"", "set tls-server-name");
  config.tls_server_name = "kubernetes.default";
  EXPECT_EQ(why(config), "");
  config.tls_server_name = "127.0.0.2";
  expect_why(why(config), config, "its certificate is not for \"127.0.0.2\"", "set tls-server-name");
}

TEST_F(TrustTest, TakesANameWithTheDotAtItsEndForTheSame) {
  const FakeApiServer server(hello, {});
  Config config = config_of(server);
  config.tls_server_name = "localhost.";
  EXPECT_EQ(why(config), "");
}

TEST_F(TrustTest, TrustsWhatIsNamedWhoeverHasSignedIt) {
  const Certificate root = make_certificate({.common_name = "root", .usage = "", .is_authority = true});
  const Certificate middle = make_certificate({.common_name = "middle", .usage = "", .is_authority = true}, &root);
  const Certificate leaf =
      make_certificate({.common_name = "leaf", .alternative_names = "DNS:localhost", .usage = "serverAuth"}, &middle);
  const FakeApiServer server(hello, {.certificate = leaf});
  Config config = config_of(server);
  for (const Certificate& named : {middle, leaf}) {
    config.authority.text = named.chain;
    EXPECT_EQ(why(config), "");
  }
}

TEST_F(TrustTest, LooksForNamesAmongTheAlternativeNamesOnly) {
  const Certificate root = make_certificate({.common_name = "root", .usage = "", .is_authority = true});
  const Certificate leaf = make_certificate({.common_name = "localhost", .usage = "serverAuth"}, &root);
  const FakeApiServer server(hello, {.certificate = leaf});
  Config config = config_of(server);
  config.authority.text = root.chain;
  expect_why(why(config), config, "its certificate is not for \"localhost\"", "set tls-server-name");
}

TEST_F(TrustTest, DistrustsOtherAuthorities) {
  const FakeApiServer server(hello, {});
  Config config = config_of(server);
  config.authority.text = self_signed("DNS:localhost").chain;
  expect_why(why(config), config, "its certificate is not signed by a CA that we trust", "set certificate-authority");
  config.authority = {};
  expect_why(why(config), config, "its certificate is not signed by a CA that we trust", "set certificate-authority");
  config.insecure = true;
  EXPECT_EQ(why(config), "");
}

TEST_F(TrustTest, RefusesExpiredCertificates) {
  const Certificate expired = self_signed("DNS:localhost", std::chrono::hours(-1));
  const FakeApiServer server(hello, {.certificate = expired});
  expect_why(why(config_of(server)), config_of(server), "its certificate is out of date", "renew the server's");
  const FakeApiServer good(hello, {});
  Config config = config_of(good);
  config.client_certificate.text = expired.chain;
  config.client_key.text = expired.key;
  expect_why(why(config), config, "our client certificate is no good (it expired at 20", "renew client-certificate");
}

TEST_F(TrustTest, ShowsItsOwnCertificate) {
  const Certificate own = self_signed("DNS:client");
  const FakeApiServer server(hello, {.client_authority = own.chain});
  Config config = config_of(server);
  config.client_certificate.text = own.chain;
  config.client_key.text = own.key;
  EXPECT_EQ(why(config), "");
}

TEST_F(TrustTest, SaysThatTheServerRefusesItsCertificate) {
  const FakeApiServer server(hello, {.client_authority = self_signed("DNS:client").chain});
  const Certificate other = self_signed("DNS:other");
  Config config = config_of(server);
  config.client_certificate.text = other.chain;
  config.client_key.text = other.key;
  Client client(loop_.get_executor(), config, {});
  const auto outcome = finish(client.send(get_node));
  ASSERT_FALSE(outcome);
  expect_why(outcome.error().why, config, "our client certificate is no good", "renew client-certificate");
}

TEST_F(TrustTest, SaysThatNobodyListens) {
  boost::asio::ip::tcp::acceptor acceptor(loop_, {boost::asio::ip::address_v4::loopback(), 0});
  Config config;
  config.source = "the test";
  config.host = "127.0.0.1";
  config.port = acceptor.local_endpoint().port();
  acceptor.close();
  expect_why(why(config), config, "the connection was refused", "check that the API server runs");
}

TEST_F(TrustTest, SaysThatTheServerSpeaksNoTls) {
  const support::ScriptedServer server(
      [](support::ScriptedServer::Peer& peer) {
        peer.write("HTTP/1.1 400 Bad Request\r\n\r\n");
        peer.wait(std::chrono::seconds(1));
      },
      {.tls = false});
  Config config;
  config.source = "the test";
  config.host = "127.0.0.1";
  config.port = server.port();
  expect_why(why(config), config, "there is no TLS connection with it (wrong version number", "a proxy may be");
}

TEST_F(TrustTest, SaysThatANameHasNoAddress) {
  Config config;
  config.source = "the test";
  config.host = "nowhere.invalid";
  config.port = 443;
  expect_why(why(config), config, "the name \"nowhere.invalid\" has no address", "check the server's name");
}

TEST_F(TrustTest, RefusesWhatIsNoKeyPair) {
  Config config;
  config.source = "the test";
  config.client_certificate.text = self_signed("DNS:a").chain;
  config.client_key.text = self_signed("DNS:b").key;
  EXPECT_THROW(Client(loop_.get_executor(), config, {}), std::invalid_argument);
}

}  // namespace
}  // namespace everynode::cluster
