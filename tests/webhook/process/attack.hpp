/// What must be true after every attack on the webhook: the process lives, its memory stays within the chart's limit,
/// and a healthy client that calls all the time gets its answers within the API server's deadline.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <future>
#include <iostream>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "attacker.hpp"
#include "decided.hpp"
#include "load.hpp"
#include "programs.hpp"
#include "webhook_process.hpp"

namespace everynode::support {

using namespace std::chrono_literals;

/// Stricter than the chart's webhook.resources.limits.memory, which has room for more worker threads.
inline constexpr std::size_t memory_limit_mib = 128;

/// The chart's webhook.timeoutSeconds.
inline constexpr std::chrono::milliseconds deadline{2000};

/// Of the metadata of a pod that knows its node.
inline const std::string pinned = R"("annotations":{"everynode.dev/node":"n1"})";

/// The size of a test: small, unless this variable names a larger one (`make faults`).
inline int size_of(const char* variable, int usually) {
  const char* wanted = std::getenv(variable);
  return wanted == nullptr ? usually : std::stoi(wanted);
}

/// Calls at a steady pace until its report is asked for: over kept connections, as the API server does, or over a new
/// one for each call.
class HealthyClient {
 public:
  HealthyClient(std::uint16_t port, const Certificates& certificates, bool keeps_connections) {
    options_.targets.push_back({.host = "127.0.0.1", .port = port});
    options_.body = review_of(daemon_pod(R"("nodeName":"n1")"));
    options_.expect = R"("patchType":"JSONPatch")";
    options_.connections = 4;
    options_.keep_alive = keeps_connections;
    options_.rate = keeps_connections ? 100 : 20;
    options_.timeout = deadline;
    options_.ca_file = certificates.directory() / "ca.crt";
    report_ = std::async(std::launch::async, [this] { return run_load(options_, stop_.get_token()); });
  }

  LoadReport end() {
    stop_.request_stop();
    return report_.get();
  }

 private:
  LoadOptions options_;
  std::stop_source stop_;
  std::future<LoadReport> report_;
};

/// One webhook with the flags of a test, and two healthy clients during the whole test.
class AttackTest : public ::testing::Test {
 protected:
  void begin(std::vector<std::string> flags = {}, std::vector<std::string> runner = {}) {
    const bool threads = std::ranges::find(flags, "--threads") != flags.end();
    if (!threads) flags.insert(flags.begin(), {"--threads", "2"});
    webhook_.emplace(binary, certificates_, std::move(flags), std::move(runner));
    port_ = webhook_->port();
    keeping_.emplace(port_, certificates_, true);
    fresh_.emplace(port_, certificates_, false);
    std::this_thread::sleep_for(300ms);  // the server knows both by now
  }

  void TearDown() override {
    ASSERT_TRUE(webhook_ && webhook_->alive()) << "the process has ended: " << (webhook_ ? webhook_->log() : "");
    expect_served("kept connections", keeping_->end());
    expect_served("new connections", fresh_->end(), serves_new_ones_);
    const std::size_t peak = webhook_->peak_mib();
    std::cout << "at most " << peak << " MiB resident\n";
    EXPECT_LT(peak, memory_limit_mib_);
    EXPECT_EQ(TlsPeer(port_).version(), "TLSv1.3");
  }

  static void expect_served(const char* who, const LoadReport& report, bool all = true) {
    const auto ms = [](std::chrono::nanoseconds time) {
      return std::chrono::duration<double, std::milli>(time).count();
    };
    std::cout << "healthy, " << who << ": " << report.sent << " calls, " << report.failures() << " failed, p50 "
              << ms(report.p50) << " ms, p99 " << ms(report.p99) << " ms, max " << ms(report.max) << " ms\n";
    if (!all) return;
    EXPECT_GT(report.ok, 0U);
    EXPECT_EQ(report.failures(), 0U) << (report.failure_examples.empty() ? "" : report.failure_examples.front());
    EXPECT_LT(report.max, deadline);
  }

  /// Waits until the log names this reason for rejected clients, beside others: the log may mention others first, and
  /// writes such a line every ten seconds at most.
  void expect_logged(const std::string& reason) const {
    EXPECT_TRUE(webhook_->logs("clients were turned away")) << webhook_->log();
    EXPECT_TRUE(webhook_->logs(reason)) << webhook_->log();
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }

  Certificates certificates_{make_certs};
  std::optional<WebhookProcess> webhook_;
  std::size_t memory_limit_mib_ = memory_limit_mib;
  /// False where nothing distinguishes the attacker from the healthy client: the API server's kept connections are
  /// served, but a new one may have to be tried again.
  bool serves_new_ones_ = true;

 private:
  std::uint16_t port_ = 0;
  std::optional<HealthyClient> keeping_;
  std::optional<HealthyClient> fresh_;
};

/// The text, repeated.
inline std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  all.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

/// A list of so many elements, without its brackets.
inline std::string list_of(std::string_view element, std::size_t times) {
  std::string all = repeated(std::string(element) + ",", times);
  all.pop_back();
  return all;
}

/// A POST to /mutate with its length.
inline std::string post(std::string_view body, std::string_view headers = "") {
  std::string text = "POST /mutate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
  text.append(headers).append("Content-Length: ").append(std::to_string(body.size())).append("\r\n\r\n").append(body);
  return text;
}

/// The status code of the first answer; 0 if there is none.
inline int status_of(const std::string& answer) {
  return answer.starts_with("HTTP/1.1 ") ? std::atoi(answer.c_str() + 9) : 0;
}

}  // namespace everynode::support
