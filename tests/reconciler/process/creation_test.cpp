// What the controller writes when all goes well, and when the API server refuses.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "cluster_objects.hpp"
#include "reconcile_loop_run.hpp"

namespace everynode::reconciler {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using support::ApiRequest;
using support::Fault;

std::size_t pods(const FakeObjects& objects) {
  return objects.all("pods").size();
}

/// The DaemonSet "agent" and so many nodes, all of which need its pod.
auto agent_on(std::size_t nodes) {
  return [nodes](FakeObjects& objects) {
    add_nodes(objects, nodes);
    add_daemon_set(objects, daemon_set("agent", "i:1"));
  };
}

/// Creating a pod takes longer than the status may wait. The first write of the status gets no answer, and sets `held`,
/// which must outlive the cluster.
FakeCluster::FaultPolicy first_status_held(bool& held) {
  return [&held](const ApiRequest& request) {
    if (request.method == "POST") return Fault{.delay = 50ms};
    if (held || !request.target.contains("/status")) return Fault{};
    held = true;
    return Fault{.kind = Fault::Kind::hang};
  };
}

TEST(Creation, GivesEachNodeItsPodOverPagesOfLists) {
  FakeCluster cluster;
  cluster.set_page(3);
  cluster.change(agent_on(20));
  const ReconcileLoopRun run(cluster);
  ASSERT_TRUE(cluster.await(is_settled));
  EXPECT_EQ(count(cluster, "POST", "/pods"), 20U);
  EXPECT_EQ(count(cluster, "POST", "/controllerrevisions"), 1U);
  cluster.change([](FakeObjects& objects) { objects.write("nodes", node("n21")); });
  ASSERT_TRUE(cluster.await([](const FakeObjects& objects) { return pods(objects) == 21 && is_settled(objects); }));
  cluster.change([](FakeObjects& objects) { set_image(objects, "agent", "i:2"); });
  ASSERT_TRUE(cluster.await(is_settled));
  EXPECT_EQ(count(cluster, "POST", "/pods"), 42U);
}

/// After a second without news, heartbeats are read in batches; a new node among them is news.
TEST(Creation, FindsANodeAmongHeartbeats) {
  FakeCluster cluster;
  cluster.change(agent_on(20));
  const ReconcileLoopRun run(cluster);
  ASSERT_TRUE(cluster.await(is_settled));
  int beats = 0;
  const auto beat = [&](FakeObjects& objects) {
    Json one = node("n" + std::to_string(1 + beats % 20));
    one["status"]["heartbeat"] = ++beats;
    objects.write("nodes", one);
  };
  for (const auto end = std::chrono::steady_clock::now() + 1500ms; std::chrono::steady_clock::now() < end;) {
    cluster.change(beat);
    std::this_thread::sleep_for(10ms);
  }
  cluster.change([](FakeObjects& objects) { objects.write("nodes", node("n21")); });
  EXPECT_TRUE(cluster.await([](const FakeObjects& objects) { return pods(objects) == 21 && is_settled(objects); }));
}

/// A request of a controller that has died may still be carried out after the template has changed.
TEST(Creation, ThatComesLateFromTheDeadMeetsThePodOfItsSuccessor) {
  FakeCluster cluster;
  cluster.change(agent_on(5));
  std::vector<ApiRequest> late;
  cluster.set_faults([&](const ApiRequest& request) {
    if (!request.is("POST", "/api/v1/namespaces/default/pods")) return Fault{};
    late.push_back(request);
    return Fault{.kind = Fault::Kind::hang};
  });
  {
    const ReconcileLoopRun dies(cluster);
    ASSERT_TRUE(cluster.await([&](const FakeObjects&) { return !late.empty(); }));
  }
  cluster.set_faults([](const ApiRequest&) { return Fault{}; });
  cluster.change([](FakeObjects& objects) { set_image(objects, "agent", "i:2"); });
  const ReconcileLoopRun successor(cluster);
  ASSERT_TRUE(cluster.await(is_settled));
  cluster.change([&](FakeObjects& objects) {
    for (const ApiRequest& request : late) {
      EXPECT_EQ(objects.create(support::path_of(request), Json::parse(request.body), "everynode").status, 409U);
    }
  });
}

TEST(Creation, WritesTheStatusFewTimesWhileManyPodsAreMade) {
  FakeCluster cluster;
  cluster.change(agent_on(200));
  const ReconcileLoopRun run(cluster);
  ASSERT_TRUE(cluster.await(is_settled));
  EXPECT_EQ(count(cluster, "POST", "/pods"), 200U);
  EXPECT_LT(count(cluster, "PATCH", "/status"), 60U);
}

/// At 5,000 nodes the API server takes up to 100 ms to answer a write of the status.
TEST(Creation, DoesNotWaitForTheStatus) {
  bool held = false;
  FakeCluster cluster;
  cluster.change(agent_on(150));
  cluster.set_faults(first_status_held(held));
  const ReconcileLoopRun run(cluster);
  EXPECT_TRUE(cluster.await([&](const FakeObjects& objects) { return held && pods(objects) == 150; }));
  EXPECT_LT(count(cluster, "PATCH", "/status"), 2U) << "one at a time";
}

/// Plans are made and carried out while the creation is in flight.
TEST(Creation, ThatHangsKeepsNoOtherWaiting) {
  std::size_t creations = 0;
  FakeCluster cluster;
  cluster.change(agent_on(300));
  cluster.set_faults([&](const ApiRequest& request) {
    if (!request.is("POST", "/api/v1/namespaces/default/pods")) return Fault{};
    return Fault{.kind = ++creations == 30 ? Fault::Kind::hang : Fault::Kind::none, .delay = 50ms};
  });
  const ReconcileLoopRun run(cluster, {.request_timeout = 120s});
  EXPECT_TRUE(cluster.await([](const FakeObjects& objects) {
    return pods(objects) == 299 &&
           objects.find("daemonsets", "default/agent")->at("status").value("numberReady", 0) == 299;
  }));
  EXPECT_EQ(count(cluster, "POST", "/pods"), 300U);
}

TEST(Creation, WritesAStatusAgainThatGotNoAnswer) {
  bool held = false;
  FakeCluster cluster;
  cluster.change(agent_on(150));
  cluster.set_faults(first_status_held(held));
  const ReconcileLoopRun run(cluster, {.request_timeout = 2s});
  EXPECT_TRUE(cluster.await(is_settled));
}

TEST(Creation, CostsFewRequestsWhenTheQuotaIsUsedUp) {  // requirement 6.3
  FakeCluster cluster;
  cluster.change([](FakeObjects& objects) {
    add_nodes(objects, 100);
    add_daemon_set(objects, daemon_set("agent", "i:1"));
    objects.pod_quota = 0;
  });
  const ReconcileLoopRun run(cluster);
  for (int i = 0; i < 600 && count(cluster, "POST", "/pods") < 2; ++i) std::this_thread::sleep_for(100ms);
  std::this_thread::sleep_for(400ms);
  const std::size_t tried = count(cluster, "POST", "/pods");
  EXPECT_GT(tried, 1U);
  EXPECT_LT(tried, 12U) << "5, 10, 20, ... ms apart";
  cluster.change([](FakeObjects& objects) { objects.pod_quota.reset(); });
  EXPECT_TRUE(cluster.await(is_settled));
}

TEST(Creation, SaysNothingWhenTheNamespaceGoes) {  // requirement 6.4
  FakeCluster cluster;
  cluster.change(agent_on(10));
  // The revision exists before the namespace goes.
  {
    const ReconcileLoopRun before(cluster);
    ASSERT_TRUE(cluster.await(is_settled));
  }
  cluster.change([](FakeObjects& objects) {
    objects.terminating_namespaces.insert("default");
    objects.write("nodes", node("n11"));
  });
  const std::size_t events = count(cluster, "POST", "/events");
  const std::size_t created = count(cluster, "POST", "/pods");
  const ReconcileLoopRun run(cluster);
  for (int i = 0; i < 600 && count(cluster, "POST", "/pods") == created; ++i) std::this_thread::sleep_for(100ms);
  std::this_thread::sleep_for(300ms);
  EXPECT_GT(count(cluster, "POST", "/pods"), created);
  EXPECT_LT(count(cluster, "POST", "/pods"), created + 10);
  EXPECT_EQ(count(cluster, "POST", "/events"), events);
}

TEST(Creation, IsNotHeldUpByNodesWhosePodsAreAlwaysRefused) {
  FakeCluster cluster;
  cluster.change(agent_on(20));
  cluster.set_faults([](const ApiRequest& request) {
    const bool poisoned = request.body.contains(R"(["n1"])") || request.body.contains(R"(["n10"])") ||
                          request.body.contains(R"(["n11"])") || request.body.contains(R"(["n12"])");
    if (request.method != "POST" || !poisoned) return Fault{};
    return Fault{.kind = Fault::Kind::refuse, .status = 422, .reason = "Invalid"};
  });
  const ReconcileLoopRun run(cluster);
  EXPECT_TRUE(cluster.await([](const FakeObjects& objects) { return pods(objects) == 16; }));
}

TEST(Creation, AsksOnceWhetherItMayAdoptAll) {  // requirement 8.3
  FakeCluster cluster;
  cluster.change(agent_on(30));
  const ReconcileLoopRun run(cluster);
  ASSERT_TRUE(cluster.await(is_settled)) << "many writes may be on their way at a time now";
  cluster.hold_kubelets(true);
  cluster.change([](FakeObjects& objects) {
    for (int i = 1; i <= 30; ++i) {
      objects.write("pods", orphan("o" + std::to_string(i), "agent", "n" + std::to_string(i)));
    }
  });
  ASSERT_TRUE(cluster.await([](const FakeObjects& objects) {
    const auto is_adopted = [](const auto& pod) { return !support::controller_of(pod.second).empty(); };
    return std::ranges::all_of(objects.all("pods"), is_adopted);
  }));
  EXPECT_LE(count(cluster, "GET", "/daemonsets/agent"), 3U) << "one for each time that it looked";
}

TEST(Creation, AdoptsNothingForADaemonSetThatIsBeingDeleted) {  // requirement 8.3
  FakeCluster cluster;
  cluster.change(agent_on(1));
  const ReconcileLoopRun run(cluster);
  ASSERT_TRUE(cluster.await(is_settled));
  cluster.change([](FakeObjects& objects) {
    Json going = *objects.find("daemonsets", "default/agent");
    going["metadata"]["deletionTimestamp"] = support::timestamp();
    objects.write("daemonsets", going);
    objects.write("pods", orphan("late", "agent", "n1"));
  });
  std::this_thread::sleep_for(200ms);
  EXPECT_EQ(count(cluster, "PATCH", "/pods/late"), 0U);
}

/// How long it takes until ten pods that fail at the same time are replaced, though some deletions are refused at
/// first.
steady_clock::duration replacement_of_failed_pods() {
  FakeCluster cluster;
  cluster.change(agent_on(10));
  const ReconcileLoopRun run(cluster);
  EXPECT_TRUE(cluster.await(is_settled));
  const auto fail_all = [](FakeObjects& objects) {
    const FakeObjects::Collection before = objects.all("pods");
    for (auto [key, pod] : before) {
      pod["status"] = {{"phase", "Failed"}};
      objects.write("pods", pod);
    }
  };
  // Some are refused, so the ten take more than one attempt.
  cluster.set_faults([refused = 0](const ApiRequest& request) mutable {
    if (request.method != "DELETE" || refused >= 3) return Fault{};
    ++refused;
    return Fault{.kind = Fault::Kind::refuse, .status = 500};
  });
  const auto began = steady_clock::now();
  cluster.change(fail_all);
  EXPECT_TRUE(cluster.await(is_settled));
  return steady_clock::now() - began;
}

TEST(Creation, ReplacesAllFailedPodsAtOnceAndTheNextOnesLater) {
  // A machine can be slow once, but who waits for a second does so each time.
  auto fastest = replacement_of_failed_pods();
  for (int round = 1; round < 5 && fastest >= 1s; ++round) fastest = std::min(fastest, replacement_of_failed_pods());
  EXPECT_LT(fastest, 1s) << "one that was not deleted yet does not wait for its second time";
}

}  // namespace
}  // namespace everynode::reconciler
