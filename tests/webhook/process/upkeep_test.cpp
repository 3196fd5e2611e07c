// What happens to a webhook over a long time: certificates begin and end, files cannot be read for a while, the reader
// of the log and the terminal go away.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "attacker.hpp"
#include "decided.hpp"
#include "everynode/net/authority.hpp"
#include "programs.hpp"
#include "webhook_process.hpp"

namespace everynode::support {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using std::chrono::sys_seconds;

/// The end of a certificate without an end (RFC 5280, 4.1.2.5).
const sys_seconds never = std::chrono::sys_days(std::chrono::year(9999) / 12 / 31) + 23h + 59min + 59s;

class Upkeep : public ::testing::Test {
 protected:
  Upkeep() : authority_(net::make_authority({.not_before = net::seconds_now() - 24h, .not_after = never})) {}

  void write(sys_seconds not_before, sys_seconds not_after) const {
    const auto pair = net::issue(authority_, "localhost", {.not_before = not_before, .not_after = not_after});
    put("tls.key", pair.key);
    put("tls.crt", pair.chain);
  }

  void put(const std::string& name, const std::string& text) const {
    const fs::path path = certificates_.directory() / name;
    std::ofstream(path.string() + ".new") << text;
    fs::rename(path.string() + ".new", path);
  }

  static bool is_ready(const WebhookProcess& webhook) {
    return exchange(webhook.metrics_port(), "GET /readyz HTTP/1.1\r\nConnection: close\r\n\r\n").contains("200 OK");
  }

  static int asked(const WebhookProcess& webhook) {
    const std::string body = review_of(daemon_pod(R"("nodeName":"n1")"));
    TlsPeer peer(webhook.port());
    peer.send("POST /mutate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: " +
              std::to_string(body.size()) + "\r\n\r\n" + body);
    return peer.receive_until("}}").starts_with("HTTP/1.1 200") ? 200 : 0;
  }

  net::KeyPair authority_;
  Certificates certificates_{make_certs};
};

TEST_F(Upkeep, ServesACertificateWithoutAnEnd) {
  write(net::seconds_now() - 1h, never);
  const WebhookProcess webhook(binary, certificates_);
  EXPECT_TRUE(is_ready(webhook));
  EXPECT_TRUE(exchange(webhook.metrics_port(), "GET /metrics HTTP/1.1\r\nConnection: close\r\n\r\n")
                  .contains("everynode_webhook_certificate_expiry_timestamp_seconds 253402300799"));
}

TEST_F(Upkeep, PutsNoCertificateInForceThatIsNotValid) {
  const WebhookProcess webhook(binary, certificates_);
  std::size_t before = webhook.log().size();
  write(net::seconds_now() - 2h, net::seconds_now() - 1h);
  EXPECT_TRUE(webhook.logs("it expired at 20", before)) << webhook.log();
  EXPECT_TRUE(is_ready(webhook));
  before = webhook.log().size();
  write(net::seconds_now() + 10s, never);
  EXPECT_TRUE(webhook.logs("it is not valid before 20", before)) << webhook.log();
  EXPECT_TRUE(is_ready(webhook));
  EXPECT_FALSE(webhook.log(before).contains("certificate in force"));
  EXPECT_TRUE(webhook.logs("certificate in force", before)) << "it began: " << webhook.log();
  EXPECT_TRUE(is_ready(webhook));
}

TEST_F(Upkeep, ReadsFilesAgainThatCouldNotBeRead) {
  const fs::path& directory = certificates_.directory();
  std::vector<std::string> runner;
  if (geteuid() == 0) {  // root can read everything, so this failure does not occur
    runner = {"/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"};
    fs::permissions(directory, fs::perms(0755));
    for (const char* name : {"tls.crt", "tls.key"}) fs::permissions(directory / name, fs::perms(0644));
  }
  const WebhookProcess webhook(binary, certificates_, {}, runner);
  const std::size_t before = webhook.log().size();
  const auto pair = net::issue(authority_, "localhost", {.not_before = net::seconds_now() - 1h, .not_after = never});
  const fs::path key = directory / "tls.key.new";
  std::ofstream(key) << pair.key;
  fs::permissions(key, fs::perms::none);
  fs::rename(key, directory / "tls.key");
  put("tls.crt", pair.chain);
  fs::permissions(directory / "tls.crt", fs::perms(0644));
  EXPECT_TRUE(webhook.logs("Permission denied", before)) << webhook.log();
  fs::permissions(directory / "tls.key", fs::perms(0644));
  EXPECT_TRUE(webhook.logs("certificate in force", before)) << webhook.log();
}

TEST_F(Upkeep, SaysThatTheCertificateHasEnded) {
  write(net::seconds_now() - 1h, net::seconds_now() + 10s);
  const WebhookProcess webhook(binary, certificates_);
  EXPECT_FALSE(webhook.log().contains("has expired"));
  EXPECT_TRUE(webhook.logs("the certificate has expired")) << webhook.log();
  EXPECT_FALSE(is_ready(webhook));
}

TEST_F(Upkeep, OutlivesTheReaderOfItsLog) {
  const std::string reader_goes = R"(exec "$@" 2> >(sed -u '/"msg":"ready"/q' >&2))";
  const WebhookProcess webhook(binary, certificates_, {}, {"/bin/bash", "-c", reader_goes, "bash"});
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(asked(webhook), 200);
    std::this_thread::sleep_for(300ms);  // each has written a line that nobody reads
  }
  EXPECT_TRUE(webhook.alive());
}

TEST_F(Upkeep, DrainsOnAHangup) {
  WebhookProcess webhook(binary, certificates_, {"--drain-delay", "1"});
  webhook.signal(SIGHUP);
  EXPECT_TRUE(webhook.logs("\"msg\":\"drained\"")) << webhook.log();
  EXPECT_EQ(webhook.wait(), 0);
}

}  // namespace
}  // namespace everynode::support
