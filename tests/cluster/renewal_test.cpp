#include <fstream>
#include <thread>

#include "client_fixture.hpp"
#include "process.hpp"

namespace everynode::cluster {
namespace {

namespace fs = std::filesystem;
using support::Certificate;
using support::self_signed;

/// Certificates that are renewed on disk.
class Renewal : public ClientTest {
 protected:
  Renewal() { fs::create_directories(directory_); }
  ~Renewal() override { fs::remove_all(directory_); }

  void write(const std::string& name, const std::string& text) {
    std::ofstream(directory_ / "new") << text;
    fs::rename(directory_ / "new", directory_ / name);
  }
  void write(const Certificate& certificate) {
    write("tls.crt", certificate.chain);
    write("tls.key", certificate.key);
  }

  /// The configuration that `load_config` makes from such files.
  Config config_with_files(const FakeApiServer& server, const Certificate& own) {
    write("ca.crt", server.certificate());
    write(own);
    Config config = config_of(server);
    config.authority.file = directory_ / "ca.crt";
    config.client_certificate = {.text = own.chain, .file = directory_ / "tls.crt"};
    config.client_key = {.text = own.key, .file = directory_ / "tls.key"};
    return config;
  }

  std::string why(Client& client) {
    const auto outcome = finish(client.send(get_node));
    return outcome ? "" : outcome.error().why;
  }

  /// Files are checked once a second.
  static void wait_for_a_look() { std::this_thread::sleep_for(std::chrono::milliseconds(1100)); }

  fs::path directory_ = support::fresh_name("renewal");
};

TEST_F(Renewal, TakesAnExpiredCertificatesSuccessor) {
  const Certificate fresh = self_signed("DNS:client");
  const FakeApiServer server(hello, {.client_authority = fresh.chain});
  Client client(loop_.get_executor(), config_with_files(server, self_signed("DNS:client", std::chrono::hours(-1))), {});
  EXPECT_TRUE(why(client).contains("our client certificate is no good (it expired at 20"));
  EXPECT_TRUE(why(client).contains("Z); renew client-certificate"));
  write(fresh);
  wait_for_a_look();
  EXPECT_EQ(why(client), "");
}

TEST_F(Renewal, KeepsThePairInForceUntilTheNewOneIsWhole) {
  const Certificate old = self_signed("DNS:client");
  const Certificate fresh = self_signed("DNS:client");
  const FakeApiServer server(hello, {.client_authority = old.chain});
  Client client(loop_.get_executor(), config_with_files(server, old), {});
  EXPECT_EQ(why(client), "");
  write("tls.crt", fresh.chain);
  wait_for_a_look();
  EXPECT_EQ(why(client), "") << "half of a pair is not used";
  fs::remove(directory_ / "tls.key");
  wait_for_a_look();
  EXPECT_EQ(why(client), "");
  EXPECT_EQ(server.connections(), 1U) << "nothing has changed";
  write("tls.key", fresh.key);
  wait_for_a_look();
  EXPECT_TRUE(why(client).contains("our client certificate is no good"))
      << "the new one, which this server does not know";
  write(old);
  wait_for_a_look();
  EXPECT_EQ(why(client), "");
  EXPECT_GE(server.connections(), 2U) << "what was agreed with another certificate is not used again";
}

TEST_F(Renewal, TakesANewAuthority) {
  const Certificate own = self_signed("DNS:client");
  const FakeApiServer server(hello, {.client_authority = own.chain});
  Config config = config_with_files(server, own);
  config.authority.text = self_signed("DNS:localhost").chain;
  write("ca.crt", config.authority.text);
  Client client(loop_.get_executor(), config, {});
  EXPECT_TRUE(why(client).contains("is not signed by a CA that we trust"));
  write("ca.crt", "nonsense");
  wait_for_a_look();
  EXPECT_TRUE(why(client).ends_with("certificate-authority: " + (directory_ / "ca.crt").string() + ": it is not PEM"));
  write("ca.crt", server.certificate());
  wait_for_a_look();
  EXPECT_EQ(why(client), "");
}

TEST_F(Renewal, TakesCertificatesThatNeverEnd) {
  const Certificate own = self_signed("DNS:client", std::chrono::hours(24 * 365 * 7000L));
  const FakeApiServer server(hello, {.client_authority = own.chain});
  Client client(loop_.get_executor(), config_with_files(server, own), {});
  EXPECT_EQ(why(client), "");
}

TEST_F(Renewal, AsksAgainWithANewTokenAfterARefusal) {
  const FakeApiServer server([](const ApiRequest& request) {
    return ApiAnswer{.status = request.headers.at("authorization") == "Bearer new" ? 200U : 401U};
  });
  Config config = config_of(server);
  config.token_file = directory_ / "token";
  write("token", "old\n");
  Client client(loop_.get_executor(), config, {});
  EXPECT_EQ(finish(client.send(get_node))->status, 401U);
  write("token", "new\n");
  EXPECT_EQ(finish(client.send(create_pod))->status, 200U) << "within the second in which nobody looks";
}

}  // namespace
}  // namespace everynode::cluster
