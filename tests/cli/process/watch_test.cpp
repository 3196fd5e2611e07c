// `everynode rollout watch` and `status` at their start, and while the API server is away: whom they wait for.
#include <gtest/gtest.h>

#include <algorithm>

#include <array>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "fake_api_server.hpp"
#include "process.hpp"

namespace everynode {
namespace {

using support::ApiAnswer;
using support::ApiRequest;
using support::FakeApiServer;

/// Exit code and all that it printed.
std::string run(const std::string& verb, std::uint16_t port, const std::string& flags) {
  const auto kubeconfig = support::fresh_name("kubeconfig");
  std::ofstream(kubeconfig) << R"({"current-context": "c", "clusters": [{"name": "k", "cluster": {"server":)"
                            << "\"http://127.0.0.1:" << port << "\"}}],"
                            << R"("contexts": [{"name": "c", "context": {"cluster": "k", "namespace": "home"}}]})";
  FILE* const pipe = popen((EVERYNODE_BINARY " rollout " + verb + " ds/agent " + flags + " --kubeconfig " +
                            kubeconfig.string() + " 2>&1 < /dev/null")
                               .c_str(),
                           "r");
  std::string out;
  std::array<char, 4096> buffer{};
  while (std::fgets(buffer.data(), buffer.size(), pipe) != nullptr) out += buffer.data();
  const int status = pclose(pipe);
  std::filesystem::remove(kubeconfig);
  return std::to_string(WEXITSTATUS(status)) + " " + out;
}

std::string watch(std::uint16_t port, const std::string& flags = {}) {
  return run("watch", port, flags);
}

TEST(RolloutWatch, DoesNotWaitForWhomNobodyHasSeen) {
  const std::uint16_t gone = FakeApiServer([](const ApiRequest&) { return ApiAnswer{}; }).port();
  for (const std::string flags : {"", "--timeout 60"}) {
    const std::string said = watch(gone, flags);
    EXPECT_TRUE(said.starts_with("2 everynode rollout watch: http://127.0.0.1:")) << said;
    EXPECT_TRUE(said.contains("the connection was refused")) << said;
    EXPECT_EQ(std::ranges::count(said, '\n'), 1) << said;
  }
}

TEST(RolloutWatch, WaitsForAServerThatAsksForPatience) {
  const FakeApiServer server([asked = 0](const ApiRequest& request) mutable -> ApiAnswer {
    EXPECT_TRUE(request.target.contains("fieldSelector=metadata.name%3Dagent")) << request.target;
    if (++asked < 3) return {.status = 503, .body = "busy\x1b[2J", .headers = {{"Retry-After", "0"}}};
    return {.body = R"({"metadata":{"resourceVersion":"1"},"items":[]})"};
  });
  const std::string said = watch(server.port());
  EXPECT_TRUE(said.starts_with("2 nothing seen yet; cannot list apps/daemonsets")) << said;
  EXPECT_TRUE(said.contains(R"(503: busy\u001b[2J)")) << said;
  EXPECT_TRUE(said.ends_with("NotFound: daemonsets.apps \"agent\" not found\n")) << said;
}

/// A DaemonSet without nodes whose controller has or has not seen the last change.
std::string daemon_set(int observed) {
  return R"({"metadata":{"namespace":"home","name":"agent","uid":"ds","resourceVersion":")" +
         std::to_string(5 + observed) +
         R"(","generation":2},"spec":{"selector":{"matchLabels":{"app":"agent"}},"template":{"metadata":{"labels":)" +
         R"({"app":"agent"}},"spec":{"containers":[{"name":"c"}]}}},"status":{"observedGeneration":)" +
         std::to_string(observed) + "}}";
}

TEST(RolloutWatch, WithoutAnIntervalShowsWhatThereIsAndEndsWithTheRollout) {
  const FakeApiServer server([](const ApiRequest& request) -> ApiAnswer {
    const bool of_sets = request.target.contains("/daemonsets");
    if (request.target.contains("watch=1")) {
      return {.stream = [of_sets](support::ApiStream& stream) {
        if (of_sets && stream.wait(std::chrono::seconds(1))) {
          stream.write(R"({"type":"MODIFIED","object":)" + daemon_set(2) + "}\n");
        }
        stream.wait(std::chrono::minutes(1));
      }};
    }
    return {.body = R"({"metadata":{"resourceVersion":"10"},"items":[)" + (of_sets ? daemon_set(1) : "") + "]}"};
  });
  const std::string said = watch(server.port(), "--interval 0 --timeout 20");
  EXPECT_EQ(said, "0 [####################] 0/0  no nodes\n");
}

/// A change waits for its line when the API server goes away, and the rollout ends while nobody sees it.
TEST(RolloutWatch, GoesOnAfterAnOutageThatCameBeforeALine) {
  std::atomic<int> lists = 0;
  const FakeApiServer server([&](const ApiRequest& request) -> ApiAnswer {
    const bool of_sets = request.target.contains("/daemonsets");
    if (!of_sets) {
      if (request.target.contains("watch=1")) {
        return {.stream = [](support::ApiStream& stream) { stream.wait(std::chrono::minutes(1)); }};
      }
      return {.body = R"({"metadata":{"resourceVersion":"10"},"items":[]})"};
    }
    if (!request.target.contains("watch=1")) {
      const int before = lists++;
      if (before > 0 && before < 6) return {.status = 503, .body = "away", .headers = {{"Retry-After", "1"}}};
      const int observed = before == 0 ? 0 : 2;
      return {.body = R"({"metadata":{"resourceVersion":"10"},"items":[)" + daemon_set(observed) + "]}"};
    }
    return {.stream = [&](support::ApiStream& stream) {
      if (lists == 1 && stream.wait(std::chrono::milliseconds(500))) {
        stream.write(R"({"type":"MODIFIED","object":)" + daemon_set(1) + "}\n");
        stream.wait(std::chrono::milliseconds(300));
        stream.write(R"({"type":"ERROR","object":{"code":410,"message":"too old"}})"
                     "\n");
        return;
      }
      stream.wait(std::chrono::minutes(1));
    }};
  });
  const std::string said = watch(server.port(), "--interval 2 --timeout 60");
  EXPECT_TRUE(said.starts_with("0 ")) << said;
}

TEST(RolloutStatus, GivesABusyServerSomeTimeAndSaysSo) {
  const FakeApiServer server([](const ApiRequest&) -> ApiAnswer {
    return {.status = 503, .body = "busy", .headers = {{"Retry-After", "1"}}};
  });
  const std::string said = run("status", server.port(), "--watch=false");
  EXPECT_TRUE(said.starts_with("2 everynode rollout status: nothing seen yet; cannot list apps/daemonsets")) << said;
  EXPECT_EQ(std::ranges::count(said, '\n'), 2) << "why it waits, and why it ends: " << said;
}

/// A revision that nobody can read comes and goes.
TEST(RolloutWatch, GoesOnWhenWhatCouldNotBeReadHasGone) {
  const FakeApiServer server([](const ApiRequest& request) -> ApiAnswer {
    const bool of_sets = request.target.contains("/daemonsets");
    if (!request.target.contains("watch=1")) {
      return {.body = R"({"metadata":{"resourceVersion":"10"},"items":[)" + (of_sets ? daemon_set(1) : "") + "]}"};
    }
    return {.stream = [of_sets,
                       of_revisions = request.target.contains("/controllerrevisions")](support::ApiStream& stream) {
      const std::string revision =
          R"({"metadata":{"namespace":"home","name":"odd","uid":"r","resourceVersion":"11"},"revision":"x"})";
      if (of_revisions && stream.wait(std::chrono::milliseconds(300))) {
        stream.write(R"({"type":"ADDED","object":)" + revision + "}\n");
        stream.wait(std::chrono::milliseconds(700));
        stream.write(R"({"type":"DELETED","object":)" + revision + "}\n");
      }
      if (of_sets && stream.wait(std::chrono::seconds(2))) {
        stream.write(R"({"type":"MODIFIED","object":)" + daemon_set(2) + "}\n");
      }
      stream.wait(std::chrono::minutes(1));
    }};
  });
  const std::string said = watch(server.port(), "--interval 0 --timeout 20");
  EXPECT_TRUE(said.starts_with("0 ")) << said;
  EXPECT_TRUE(said.contains("ControllerRevision odd cannot be read")) << said;
}

TEST(RolloutWatch, GivesUpOnAServerThatNeverAnswers) {
  const FakeApiServer server([](const ApiRequest&) {
    return ApiAnswer{.stream = [](support::ApiStream& stream) { stream.wait(std::chrono::minutes(5)); }};
  });
  const std::string said = watch(server.port(), "--timeout 1");
  EXPECT_TRUE(said.starts_with("1 everynode rollout watch: not complete after 1 s; http://127.0.0.1:")) << said;
  EXPECT_TRUE(said.ends_with(": no answer yet\n")) << said;
}

}  // namespace
}  // namespace everynode
