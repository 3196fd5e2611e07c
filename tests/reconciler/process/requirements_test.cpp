// The beginning of a sync, and its errors: sections 0, 6 and 8 of the requirements.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "cluster_objects.hpp"
#include "reconcile_loop_run.hpp"

namespace everynode::reconciler {
namespace {

using namespace std::chrono_literals;
using support::ApiRequest;
using support::Fault;
using support::WatchFault;

/// The DaemonSet "agent" and so many nodes, all of which need its pod.
auto agent_on(std::size_t nodes) {
  return [nodes](FakeObjects& objects) {
    add_nodes(objects, nodes);
    add_daemon_set(objects, daemon_set("agent", "i:1"));
  };
}

std::size_t writes(const FakeCluster& cluster) {
  const auto requests = cluster.server().requests();
  return static_cast<std::size_t>(std::ranges::count_if(requests, support::is_write));
}

/// Whether the API server received an event with this reason and message.
bool has_event(const FakeCluster& cluster, const std::string& reason, const std::string& message) {
  return std::ranges::any_of(cluster.server().requests(), [&](const ApiRequest& request) {
    if (request.method != "POST" || !request.target.contains("/events")) return false;
    const Json event = Json::parse(request.body);
    return event["reason"] == reason && event["message"] == message;
  });
}

TEST(Start, WaitsForAllLists) {  // requirement 0.1
  for (const std::string list : {"/controllerrevisions", "/nodes", "/pods"}) {
    FakeCluster cluster;
    cluster.change(agent_on(2));
    cluster.set_faults([&](const ApiRequest& request) {
      return Fault{.delay = request.method == "GET" && request.target.contains(list) ? 600ms : 0ms};
    });
    const ReconcileLoopRun run(cluster);
    std::this_thread::sleep_for(300ms);
    EXPECT_EQ(writes(cluster), 0U) << list << " is not known yet";
    EXPECT_TRUE(cluster.await(is_settled)) << list;
  }
}

TEST(Deletion, OfWhatHasGoneIsDone) {  // requirement 6.5
  FakeCluster cluster;
  cluster.change(agent_on(1));
  const ReconcileLoopRun run(cluster);
  ASSERT_TRUE(cluster.await(is_settled));
  // The pod goes, and no watch reports it.
  cluster.set_faults([&](const ApiRequest& request) {
    if (request.method != "DELETE" || !request.target.contains("/pods/")) return Fault{};
    return Fault{.kind = Fault::Kind::refuse, .status = 404, .reason = "NotFound"};
  });
  cluster.change([](FakeObjects& objects) { set_image(objects, "agent", "i:2"); });
  EXPECT_TRUE(cluster.await([](const FakeObjects& objects) { return objects.all("pods").size() == 2; }))
      << "the next pod is made as if the old one had gone";
  EXPECT_TRUE(run.problems().empty());
}

TEST(Deletion, ThatIsRefusedIsToldAndTriedAgain) {  // requirements 6.5 and 6.6
  FakeCluster cluster;
  cluster.change(agent_on(1));
  const ReconcileLoopRun run(cluster);
  ASSERT_TRUE(cluster.await(is_settled));
  cluster.set_faults([refused = false](const ApiRequest& request) mutable {
    if (refused || request.method != "DELETE" || !request.target.contains("/pods/")) return Fault{};
    refused = true;
    return Fault{.kind = Fault::Kind::refuse, .status = 403, .reason = "Forbidden"};
  });
  cluster.change([](FakeObjects& objects) { set_image(objects, "agent", "i:2"); });
  EXPECT_TRUE(cluster.await(is_settled));
  EXPECT_EQ(count(cluster, "DELETE", "/pods/"), 2U);
  EXPECT_FALSE(run.problems().empty());
  EXPECT_TRUE(cluster.await(
      [&](const FakeObjects&) { return has_event(cluster, "FailedDelete", "Error deleting: a fault of the test"); }));
}

TEST(Adoption, OfWhatHasGoneIsNoError) {  // requirement 8.6
  FakeCluster cluster;
  cluster.change([](FakeObjects& objects) {
    agent_on(1)(objects);
    objects.write("pods", orphan("late", "agent", "n1"));
  });
  cluster.set_faults([](const ApiRequest& request) {
    if (request.method != "PATCH" || !request.target.contains("/pods/late")) return Fault{};
    return Fault{.kind = Fault::Kind::refuse, .status = 404, .reason = "NotFound"};
  });
  const ReconcileLoopRun run(cluster);
  EXPECT_TRUE(cluster.await([](const FakeObjects& objects) { return objects.all("pods").size() == 2; }));
  EXPECT_TRUE(run.problems().empty());
}

}  // namespace
}  // namespace everynode::reconciler
