#include "load.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "scripted_server.hpp"

namespace everynode::support {
namespace {

using namespace std::chrono_literals;
using Peer = ScriptedServer::Peer;

constexpr const char* kBody = R"({"allowed":true})";

void answer_well(Peer& peer) {
  while (!peer.read_request().empty()) peer.write(ok_answer(kBody));
}

LoadOptions options_for(const ScriptedServer& server) {
  LoadOptions options;
  options.targets = {{.host = "127.0.0.1", .port = server.port()}};
  options.body = R"({"kind":"AdmissionReview"})";
  options.expect = R"("allowed":true)";
  options.connections = 1;
  options.requests = 20;
  options.timeout = 2s;
  return options;
}

/// All requests failed, and all for this reason.
void expect_all_failed(const LoadReport& report, Failure reason) {
  EXPECT_EQ(report.ok, 0U);
  EXPECT_EQ(report.sent, 20U);
  EXPECT_EQ(report.failed, (std::map<Failure, std::uint64_t>{{reason, 20}}))
      << testing::PrintToString(report.failure_examples);
}

void expect_all_ok(const LoadReport& report) {
  EXPECT_EQ(report.ok, 20U);
  EXPECT_EQ(report.failures(), 0U) << testing::PrintToString(report.failure_examples);
}

TEST(Load, KeepsItsConnections) {
  const ScriptedServer server(answer_well);
  LoadOptions options = options_for(server);
  options.connections = 4;
  const LoadReport report = run_load(options);
  expect_all_ok(report);
  EXPECT_EQ(report.connections_opened, 4U);
  EXPECT_EQ(report.idle_closed, 0U);
  ASSERT_EQ(report.certificates.size(), 1U);
  EXPECT_EQ(report.certificates[0].connections, 4U);
  EXPECT_EQ(report.certificates[0].fingerprint.size(), 64U);
  EXPECT_GT(report.p50, 0ns);
  EXPECT_LE(report.p50, report.max);
}

TEST(Load, OpensAConnectionForEachRequestIfAsked) {
  const ScriptedServer server(answer_well);
  LoadOptions options = options_for(server);
  options.keep_alive = false;
  const LoadReport report = run_load(options);
  expect_all_ok(report);
  EXPECT_EQ(report.connections_opened, 20U);
}

TEST(Load, HonoursConnectionClose) {
  const ScriptedServer server([](Peer& peer) {
    peer.read_request();
    peer.write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 16\r\n\r\n" + std::string(kBody));
  });
  const LoadReport report = run_load(options_for(server));
  expect_all_ok(report);
  EXPECT_EQ(report.connections_opened, 20U);
  EXPECT_EQ(report.idle_closed, 0U);
}

TEST(Load, ReadsChunkedAndEndlessAnswers) {
  const ScriptedServer chunked([](Peer& peer) {
    while (!peer.read_request().empty()) {
      peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n{\"allowe\r\n");
      peer.write("8\r\nd\":true}\r\n0\r\n\r\n");
    }
  });
  expect_all_ok(run_load(options_for(chunked)));
  const ScriptedServer until_eof([](Peer& peer) {
    peer.read_request();
    peer.write("HTTP/1.1 200 OK\r\n\r\n" + std::string(kBody));
  });
  expect_all_ok(run_load(options_for(until_eof)));
}

TEST(Load, ClosingAnIdleConnectionIsNoFailure) {
  const ScriptedServer server([](Peer& peer) {
    peer.read_request();
    peer.write(ok_answer(kBody));
  });
  LoadOptions options = options_for(server);
  options.rate = 5;  // leaves time to notice, on a busy machine too
  const LoadReport report = run_load(options);
  expect_all_ok(report);
  EXPECT_EQ(report.idle_closed, 19U);
}

TEST(Load, ClosingAfterTheRequestIsAFailure) {
  const ScriptedServer without_answer([](Peer& peer) { peer.read_request(); });
  expect_all_failed(run_load(options_for(without_answer)), Failure::eof);

  const ScriptedServer half_an_answer([](Peer& peer) {
    peer.read_request();
    peer.write("HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n{\"all");
  });
  expect_all_failed(run_load(options_for(half_an_answer)), Failure::eof);

  const ScriptedServer reset([](Peer& peer) {
    peer.read_request();
    peer.reset();
  });
  expect_all_failed(run_load(options_for(reset)), Failure::eof);
}

TEST(Load, TellsStatusBodyAndNonsenseApart) {
  const ScriptedServer unavailable([](Peer& peer) {
    while (!peer.read_request().empty()) peer.write("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
  });
  const LoadReport report = run_load(options_for(unavailable));
  expect_all_failed(report, Failure::status);
  EXPECT_EQ(report.statuses, (std::map<unsigned, std::uint64_t>{{503, 20}}));
  EXPECT_EQ(report.connections_opened, 1U);

  const ScriptedServer other_body([](Peer& peer) {
    while (!peer.read_request().empty()) peer.write(ok_answer(R"({"allowed":false})"));
  });
  expect_all_failed(run_load(options_for(other_body)), Failure::body);

  const ScriptedServer nonsense([](Peer& peer) {
    peer.read_request();
    peer.write("SSH-2.0-OpenSSH_9.2\r\n\r\n");
  });
  expect_all_failed(run_load(options_for(nonsense)), Failure::malformed);
}

TEST(Load, GivesUpInTime) {
  const ScriptedServer server([](Peer& peer) {
    peer.read_request();
    peer.read_request();  // ends when the client gives up
  });
  LoadOptions options = options_for(server);
  options.connections = 20;
  options.timeout = 100ms;
  const LoadReport report = run_load(options);
  expect_all_failed(report, Failure::timeout);
  EXPECT_LT(report.elapsed, 20s);
}

TEST(Load, NobodyListens) {
  LoadOptions options;
  {
    const ScriptedServer gone(answer_well);
    options = options_for(gone);
  }
  expect_all_failed(run_load(options), Failure::connect);
}

TEST(Load, LatencyCountsFromTheScheduleNotFromTheWrite) {
  const ScriptedServer server([](Peer& peer) {
    while (!peer.read_request().empty()) {
      std::this_thread::sleep_for(50ms);
      peer.write(ok_answer(kBody));
    }
  });
  LoadOptions options = options_for(server);
  options.requests.reset();
  options.duration = 500ms;
  options.rate = 100;  // five times what one connection can carry
  const LoadReport report = run_load(options);
  EXPECT_GT(report.max, 300ms);
  EXPECT_GT(report.missed, 30U);
  EXPECT_EQ(report.sent + report.missed, 50U);
}

TEST(Load, KeepsTheSchedule) {
  const ScriptedServer server(answer_well);
  LoadOptions options = options_for(server);
  options.connections = 5;
  options.rate = 100;
  const LoadReport report = run_load(options);
  expect_all_ok(report);
  EXPECT_GE(report.elapsed, 190ms);
  EXPECT_EQ(report.missed, 0U);
}

TEST(Load, CanBeStopped) {
  const ScriptedServer server(answer_well);
  LoadOptions options = options_for(server);
  options.requests.reset();
  std::atomic<std::uint64_t> ended = 0;
  options.ended = &ended;
  std::stop_source source;
  const std::jthread stopper([&] {
    while (ended < 50) std::this_thread::sleep_for(1ms);
    source.request_stop();
  });
  const LoadReport report = run_load(options, source.get_token());
  EXPECT_GE(report.ok, 50U);
  EXPECT_EQ(report.failures(), 0U);
  EXPECT_EQ(report.ok, ended.load());
}

TEST(Load, NewConnectionsGoToReadyTargets) {
  std::atomic<bool> first_is_ready = true;
  const auto script = [](const std::atomic<bool>& ready, Peer& peer) {
    for (std::string request = peer.read_request(); !request.empty(); request = peer.read_request()) {
      const bool asked = request.starts_with("GET /readyz ");
      peer.write(asked && !ready ? "HTTP/1.1 503 Draining\r\nContent-Length: 0\r\n\r\n" : ok_answer(kBody));
    }
  };
  const std::atomic<bool> always = true;
  const ScriptedServer first([&](Peer& peer) { script(first_is_ready, peer); });
  const ScriptedServer second([&](Peer& peer) { script(always, peer); });
  LoadOptions options = options_for(first);
  options.targets.push_back({.host = "127.0.0.1", .port = second.port()});
  options.keep_alive = false;
  options.readiness_period = 5ms;

  const LoadReport both = run_load(options);
  expect_all_ok(both);
  EXPECT_GT(both.opened_by_target[0], 0U);
  EXPECT_GT(both.opened_by_target[1], 0U);
  EXPECT_EQ(both.certificates.size(), 2U);

  first_is_ready = false;
  const LoadReport one = run_load(options);
  expect_all_ok(one);
  EXPECT_EQ(one.opened_by_target, (std::vector<std::uint64_t>{0, 20}));
}

TEST(Load, AHangingReadinessCheckDoesNotKeepTheRunFromEnding) {
  const ScriptedServer server([asked = std::make_shared<std::atomic<unsigned>>(0)](Peer& peer) {
    for (std::string request = peer.read_request(); !request.empty(); request = peer.read_request()) {
      const bool hangs = request.starts_with("GET /readyz ") && asked->fetch_add(1) > 1;
      if (!hangs) peer.write(ok_answer(kBody));
    }
  });
  LoadOptions options = options_for(server);
  options.targets.push_back(options.targets.front());
  options.rate = 100;
  options.readiness_period = 5ms;
  options.timeout = 10s;
  const auto begin = std::chrono::steady_clock::now();
  expect_all_ok(run_load(options));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
}

TEST(Load, NoTargetIsReady) {
  const ScriptedServer server([](Peer& peer) {
    peer.read_request();
    peer.write("HTTP/1.1 503 Draining\r\nContent-Length: 0\r\n\r\n");
  });
  LoadOptions options = options_for(server);
  options.targets.push_back(options.targets.front());
  expect_all_failed(run_load(options), Failure::connect);
}

}  // namespace
}  // namespace everynode::support
