// Objects that the API server lets nobody change: whatever does not depend on them goes on.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "cluster_objects.hpp"
#include "reconcile_loop_run.hpp"

namespace everynode::reconciler {
namespace {

using support::ApiRequest;
using support::Fault;

const Fault forbidden{.kind = Fault::Kind::refuse, .status = 403, .reason = "Forbidden"};
const Fault invalid{.kind = Fault::Kind::refuse, .status = 422, .reason = "Invalid"};
const Fault already_exists{.kind = Fault::Kind::refuse, .status = 409, .reason = "AlreadyExists"};

void start(FakeCluster& cluster, std::size_t nodes) {
  cluster.change([nodes](FakeObjects& objects) {
    add_nodes(objects, nodes);
    Json agent = daemon_set("agent", "i:1");
    agent["spec"]["updateStrategy"]["rollingUpdate"]["maxUnavailable"] = "20%";
    add_daemon_set(objects, agent);
  });
}

/// The number of ready pods that the DaemonSet selects and that have this image.
std::size_t serving(const FakeObjects& objects, const std::string& image) {
  return static_cast<std::size_t>(std::ranges::count_if(objects.all("pods"), [&](const auto& entry) {
    const Json& pod = entry.second;
    return pod["metadata"]["labels"].contains("app") && pod["spec"]["containers"][0]["image"] == image &&
           support::is_ready(pod) && !support::is_terminating(pod);
  }));
}

/// Requests of this method for one of these pods have the fault.
FakeCluster::FaultPolicy refused(const std::string& method, std::set<std::string> keys, const Fault& fault) {
  return [=](const ApiRequest& request) {
    const bool meant = request.method == method && std::ranges::any_of(keys, [&](const std::string& key) {
                         return request.target.ends_with("/pods/" + key.substr(key.find('/') + 1));
                       });
    return meant ? fault : Fault{};
  };
}

TEST(Refusals, OfAReleaseKeepNoNodeWithoutAPod) {
  FakeCluster cluster;
  start(cluster, 3);
  const ReconcileLoopRun run(cluster);
  ASSERT_TRUE(cluster.await(is_settled));
  const std::string key = cluster.ask([](const FakeObjects& objects) { return objects.all("pods").begin()->first; });
  cluster.set_faults(refused("PATCH", {key}, invalid));
  cluster.change([&](FakeObjects& objects) {
    Json pod = *objects.find("pods", key);
    pod["metadata"]["labels"].erase("app");
    objects.write("pods", pod);
    objects.write("nodes", node("n4"));
  });
  EXPECT_TRUE(cluster.await([](const FakeObjects& objects) { return serving(objects, "i:1") == 4; }));
  const auto requests = cluster.server().requests();
  EXPECT_TRUE(std::ranges::any_of(requests, [](const ApiRequest& request) {
    return request.target.contains("/events") && request.body.contains("FailedRelease");
  }));
}

TEST(Refusals, OfAnAdoptionKeepNoNodeWithoutAPod) {
  FakeCluster cluster;
  cluster.set_faults(refused("PATCH", {"default/orphan"}, invalid));
  cluster.change([](FakeObjects& objects) { objects.write("pods", orphan("orphan", "agent", "n1")); });
  start(cluster, 3);
  const ReconcileLoopRun run(cluster);
  EXPECT_TRUE(cluster.await([](const FakeObjects& objects) {
    return std::ranges::count_if(objects.all("pods"),
                                 [](const auto& entry) { return !support::controller_of(entry.second).empty(); }) == 3;
  }));
}

/// As of one whose bytes are not those that the API server would write (requirement 9.3).
TEST(Refusals, OfARevisionsAdoptionKeepNoTemplateFromItsRoll) {
  FakeCluster cluster;
  start(cluster, 3);
  const ReconcileLoopRun run(cluster);
  ASSERT_TRUE(cluster.await(is_settled));
  cluster.set_faults([](const ApiRequest& request) {
    return request.method == "PATCH" && request.target.ends_with("/controllerrevisions/odd") ? invalid : Fault{};
  });
  cluster.change([](FakeObjects& objects) {
    Json odd = objects.all("controllerrevisions").begin()->second;
    odd["metadata"]["name"] = odd["metadata"]["uid"] = "odd";
    odd["metadata"]["labels"]["controller-revision-hash"] = "odd";
    odd["metadata"].erase("ownerReferences");
    odd["data"] = {{"of", "others"}};
    objects.write("controllerrevisions", odd);
    set_image(objects, "agent", "i:2");
  });
  EXPECT_TRUE(cluster.await([](const FakeObjects& objects) { return serving(objects, "i:2") == 3; }));
}

TEST(Refusals, OfDeletionsKeepNoOtherPodFromItsRoll) {
  FakeCluster cluster;
  start(cluster, 20);
  const ReconcileLoopRun run(cluster);
  ASSERT_TRUE(cluster.await(is_settled));
  std::set<std::string> kept;
  cluster.ask([&](const FakeObjects& objects) {
    for (const auto& [key, pod] : objects.all("pods")) {
      if (support::target_of(pod) == "n1" || support::target_of(pod) == "n2") kept.insert(key);
    }
  });
  cluster.set_faults(refused("DELETE", kept, forbidden));
  cluster.change([](FakeObjects& objects) { set_image(objects, "agent", "i:2"); });
  EXPECT_TRUE(cluster.await([](const FakeObjects& objects) { return serving(objects, "i:2") == 18; }));
  cluster.set_faults([](const ApiRequest&) { return Fault{}; });
  EXPECT_TRUE(cluster.await([](const FakeObjects& objects) { return serving(objects, "i:2") == 20; }))
      << "the two follow soon when they may";
}

TEST(Refusals, OfTwelveNamesLeaveTheNodeNotWithoutAPod) {
  FakeCluster cluster;
  std::set<std::string> taken;
  cluster.set_faults([&](const ApiRequest& request) {
    if (!request.is("POST", "/api/v1/namespaces/default/pods")) return Fault{};
    const std::string name = Json::parse(request.body)["metadata"]["name"];
    if (taken.size() < 12) taken.insert(name);
    return taken.contains(name) ? already_exists : Fault{};
  });
  start(cluster, 1);
  const ReconcileLoopRun run(cluster);
  EXPECT_TRUE(cluster.await(is_settled));
}

}  // namespace
}  // namespace everynode::reconciler
