// A controller that begins with streams in the place of lists.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <utility>

#include "cluster_objects.hpp"
#include "reconcile_loop_run.hpp"

namespace everynode::reconciler {
namespace {

using namespace std::chrono_literals;
using support::ApiRequest;
using support::Streams;
using support::WatchFault;

constexpr std::array watched_whole{"/pods", "/nodes", "/daemonsets", "/controllerrevisions"};

class StreamsTest : public ::testing::Test {
 protected:
  StreamsTest() {
    cluster_.set_page(3);
    cluster_.change([](FakeObjects& objects) {
      add_nodes(objects, 10);
      add_daemon_set(objects, daemon_set("agent", "i:1"));
    });
    options_.streams = true;
  }

  /// Lists of whole collections that can be streamed.
  [[nodiscard]] std::ptrdiff_t lists() const {
    return std::ranges::count_if(cluster_.server().requests(), [](const ApiRequest& request) {
      const bool is_list = request.method == "GET" && request.target.contains("?limit=500");
      return is_list &&
             std::ranges::any_of(watched_whole, [&](const char* one) { return request.target.contains(one); });
    });
  }

  FakeCluster cluster_;
  RunOptions options_;
};

TEST_F(StreamsTest, ListsNothingThatIsStreamed) {
  const ReconcileLoopRun run(cluster_, options_);
  ASSERT_TRUE(cluster_.await(is_settled));
  EXPECT_EQ(lists(), 0);
  EXPECT_EQ(count(cluster_, "POST", "/pods"), 10U);
  cluster_.change([](FakeObjects& objects) { set_image(objects, "agent", "i:2"); });
  ASSERT_TRUE(
      cluster_.await([](const FakeObjects& objects) { return is_settled(objects) && pods_of(objects, "i:2") == 10; }));
  EXPECT_EQ(lists(), 0);
}

TEST_F(StreamsTest, ListsInPagesWhereTheServerHasNoStreams) {
  for (const auto& [streams, image] : {std::pair(Streams::refused, "i:2"), {Streams::ignored, "i:3"}}) {
    cluster_.set_streams(streams);
    cluster_.change([&](FakeObjects& objects) { set_image(objects, "agent", image); });
    const std::ptrdiff_t before = lists();
    const ReconcileLoopRun run(cluster_, options_);
    ASSERT_TRUE(cluster_.await(
        [&](const FakeObjects& objects) { return is_settled(objects) && pods_of(objects, image) == 10; }));
    EXPECT_GT(lists() - before, 4);
    EXPECT_TRUE(run.problems().empty());
  }
}

/// What a stream that broke off did not name may be there: to act on it would make second pods.
TEST_F(StreamsTest, DoesNothingBeforeAllIsTold) {
  {
    const ReconcileLoopRun before(cluster_, options_);
    ASSERT_TRUE(cluster_.await(is_settled));
  }
  const std::size_t created = count(cluster_, "POST", "/pods");
  std::atomic<int> broken = 0;
  cluster_.set_watch_faults([&](const ApiRequest& request) {
    WatchFault fault;
    if (!request.target.contains("/pods") || broken > 6) return fault;
    fault.told = static_cast<std::size_t>(broken++);
    return fault;
  });
  const ReconcileLoopRun run(cluster_, options_);
  cluster_.change([](FakeObjects& objects) { objects.write("nodes", node("n99")); });
  ASSERT_TRUE(cluster_.await(
      [](const FakeObjects& objects) { return is_settled(objects) && objects.all("pods").size() == 11; }));
  EXPECT_EQ(count(cluster_, "POST", "/pods"), created + 1);
  EXPECT_EQ(count(cluster_, "DELETE", "/pods"), 0U);
}

TEST_F(StreamsTest, SeesThatTheClusterWentBack) {
  const ReconcileLoopRun run(cluster_, options_);
  ASSERT_TRUE(cluster_.await(is_settled));
  const FakeObjects before = cluster_.ask([](const FakeObjects& objects) { return objects.backup(); });
  cluster_.change([](FakeObjects& objects) { set_image(objects, "agent", "i:2"); });
  ASSERT_TRUE(
      cluster_.await([](const FakeObjects& objects) { return is_settled(objects) && pods_of(objects, "i:2") == 10; }));
  cluster_.change([&](FakeObjects& objects) {
    objects.restore(before);
    set_image(objects, "agent", "i:3");
  });
  EXPECT_TRUE(
      cluster_.await([](const FakeObjects& objects) { return is_settled(objects) && pods_of(objects, "i:3") == 10; }));
  EXPECT_EQ(run.restores(), 1U);
}

}  // namespace
}  // namespace everynode::reconciler
