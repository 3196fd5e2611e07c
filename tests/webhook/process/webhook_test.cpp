// The webhook as its clients see it: a process, real sockets, real TLS.
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <future>
#include <iostream>
#include <stop_token>
#include <thread>

#include "attacker.hpp"
#include "decided.hpp"
#include "load.hpp"
#include "programs.hpp"
#include "webhook_process.hpp"

namespace everynode::support {
namespace {

using namespace std::chrono_literals;

/// How often a test repeats its action: a few times, unless this variable says more (`make faults`).
int times(const char* variable, int usually) {
  const char* wanted = std::getenv(variable);
  return wanted == nullptr ? usually : std::stoi(wanted);
}

LoadOptions load_on(const std::vector<std::uint16_t>& ports, const Certificates& certificates) {
  LoadOptions options;
  for (const auto port : ports) options.targets.push_back({.host = "127.0.0.1", .port = port});
  options.body = review_of(daemon_pod(R"("nodeName":"n1")"));
  options.expect = R"("patchType":"JSONPatch")";
  options.connections = 8;
  options.ca_file = certificates.directory() / "ca.crt";
  return options;
}

/// Load that goes on until its report is asked for.
class Load {
 public:
  explicit Load(LoadOptions options) : options_(std::move(options)) {
    options_.ended = &ended_;
    report_ = std::async(std::launch::async, [this] { return run_load(options_, stop_.get_token()); });
    wait_for_more(100);
  }

  void wait_for_more(std::uint64_t requests) const {
    const auto until = ended_ + requests;
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (ended_ < until && std::chrono::steady_clock::now() < deadline) std::this_thread::sleep_for(1ms);
  }

  LoadReport end() {
    stop_.request_stop();
    return report_.get();
  }

 private:
  LoadOptions options_;
  std::atomic<std::uint64_t> ended_ = 0;
  std::stop_source stop_;
  std::future<LoadReport> report_;
};

void expect_nothing_failed(const LoadReport& report) {
  std::cout << report.sent << " requests sent, " << report.failures() << " failed\n";
  EXPECT_GT(report.ok, 200U);
  EXPECT_EQ(report.failures(), 0U) << (report.failure_examples.empty() ? "" : report.failure_examples.front());
}

class WebhookTest : public ::testing::Test {
 protected:
  Certificates certificates_{make_certs};
};

TEST_F(WebhookTest, ExchangesItsCertificateWithoutLosingARequest) {
  const WebhookProcess webhook(binary, certificates_);
  LoadOptions options = load_on({webhook.port()}, certificates_);
  options.keep_alive = false;  // so that a client sees each certificate
  Load load(options);
  const int renewals = times("EVERYNODE_RELOADS", 3);
  for (int renewed = 0; renewed < renewals; ++renewed) {
    const std::size_t before = webhook.log().size();
    certificates_.renew();
    ASSERT_TRUE(webhook.logs("certificate in force", before)) << webhook.log();
    load.wait_for_more(100);
  }
  const LoadReport report = load.end();
  expect_nothing_failed(report);
  EXPECT_GT(report.certificates.size(), static_cast<std::size_t>(renewals));
}

TEST_F(WebhookTest, KeepsTheOldCertificateWhenTheNewPairIsBad) {
  const WebhookProcess webhook(binary, certificates_);
  Load load(load_on({webhook.port()}, certificates_));
  std::ofstream(certificates_.directory() / "tls.key") << "no key";
  EXPECT_TRUE(webhook.logs("the old one stays in force")) << webhook.log();
  load.wait_for_more(100);
  expect_nothing_failed(load.end());
  EXPECT_TRUE(exchange(webhook.metrics_port(), "GET /readyz HTTP/1.1\r\nConnection: close\r\n\r\n").contains("200 OK"));
}

TEST_F(WebhookTest, DrainsWithoutLosingARequest) {  // requirement A10
  const WebhookProcess stays(binary, certificates_);
  for (int left = times("EVERYNODE_DRAINS", 3); left > 0; --left) {
    WebhookProcess goes(binary, certificates_, {"--drain-delay", "1"});
    Load load(load_on({stays.port(), goes.port()}, certificates_));
    goes.signal(SIGTERM);
    EXPECT_TRUE(goes.logs("\"msg\":\"draining\""));
    EXPECT_TRUE(exchange(goes.metrics_port(), "GET /readyz HTTP/1.1\r\nConnection: close\r\n\r\n")
                    .contains("503 Service Unavailable"));
    EXPECT_EQ(goes.wait(), 0);
    load.wait_for_more(100);
    expect_nothing_failed(load.end());
  }
}

TEST_F(WebhookTest, RefusesBadRequestsWithAStatus) {
  const WebhookProcess webhook(binary, certificates_);
  const auto first_line = [&](const std::string& request) {
    const std::string answer = exchange(webhook.metrics_port(), request);
    const std::string line = answer.substr(0, answer.find('\r'));
    if (!line.contains(" 200 ")) {
      EXPECT_TRUE(answer.contains(R"("kind":"Status")")) << answer;
      EXPECT_TRUE(answer.contains("Connection: close")) << answer;
    }
    return line;
  };
  const std::string post = "POST /mutate HTTP/1.1\r\nHost: x\r\n";
  EXPECT_EQ(first_line("nonsense\r\n\r\n"), "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(first_line(post + "Content-Length: x\r\n\r\n"), "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(first_line(post + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"), "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(first_line(post + "\r\n"), "HTTP/1.1 411 Length Required");
  EXPECT_EQ(first_line(post + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), "HTTP/1.1 411 Length Required");
  EXPECT_EQ(first_line(post + "Content-Length: 99999999\r\n\r\n"), "HTTP/1.1 413 Payload Too Large");
  EXPECT_EQ(first_line(post + "Content-Length: 1\r\nExpect: 100-continue\r\n\r\n"), "HTTP/1.1 417 Expectation Failed");
  EXPECT_EQ(first_line("GET /healthz HTTP/1.1\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n"),
            "HTTP/1.1 431 Request Header Fields Too Large");
  EXPECT_EQ(first_line("GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n"), "HTTP/1.1 200 OK");
}

TEST_F(WebhookTest, AnswersAPipelinedRequestOnceAndCloses) {
  const WebhookProcess webhook(binary, certificates_);
  const std::string request = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
  const std::string answer = exchange(webhook.metrics_port(), request + request);
  EXPECT_EQ(answer.find("HTTP/1.1 200 OK"), answer.rfind("HTTP/1.1 200 OK")) << answer;
  EXPECT_TRUE(answer.contains("Connection: close")) << answer;
}

/// Without connections there is nothing to time out, so the timer starts with each first connection.
TEST_F(WebhookTest, TimesOutASlowHeaderAfterAllOthersHaveGone) {
  const WebhookProcess webhook(binary, certificates_);
  const std::string answer = exchange(webhook.metrics_port(), "GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK")) << answer;
  std::this_thread::sleep_for(1s);
  Peer slow(webhook.metrics_port(), 30s);
  EXPECT_TRUE(slow.send("GET /healthz HTTP/1.1\r\n"));
  EXPECT_EQ(slow.receive(), "");
  EXPECT_TRUE(slow.closed()) << "a header may take 10 s";
}

TEST_F(WebhookTest, TellsAPlainClientOnTheTlsPort) {
  const WebhookProcess webhook(binary, certificates_);
  EXPECT_TRUE(
      exchange(webhook.port(), "GET / HTTP/1.1\r\n\r\n").contains("Client sent an HTTP request to an HTTPS server."));
}

TEST_F(WebhookTest, SaysWhyItCannotStart) {
  const auto exit_code = [&](const std::string& flags) {
    return WEXITSTATUS(std::system((binary + " webhook " + flags + " 2>/dev/null").c_str()));
  };
  EXPECT_EQ(exit_code("--tls-cert-file /nowhere --tls-key-file /nowhere"), 2);
  EXPECT_EQ(exit_code("--listen nonsense --tls-cert-file a --tls-key-file b"), 2);
  EXPECT_EQ(exit_code(""), 2);
}

}  // namespace
}  // namespace everynode::support
