// What is remembered of how pods were fitted changes no decision, and saves most of the fitting.
#include "everynode/admission/fitting_memo.hpp"

#include <gtest/gtest.h>

#include "clusters.hpp"
#include "remembered.hpp"

namespace everynode::admission {
namespace {

const json sized = overlay_of("sized", {{"containers",
                                         {{{"name", "agent"},
                                           {"env", {{{"name", "SIZE"}, {"nodeLabel", "size"}}}},
                                           {"resources", {{"requests", {{"cpu", {{"percentOfAllocatable", 1}}}}}}}}}}});

json node_with(const std::string& name, const char* const label, const json& value) {
  json node = node_of(name);
  node["metadata"]["labels"][label] = value;
  return node;
}

json large_node(const std::string& name) {
  json node = node_of(name);
  node["status"]["allocatable"]["cpu"] = "64";
  return node;
}

TEST(FittingMemo, FitsOnePodForAllThatAreAlikeOnNodesThatAre) {
  const Cluster cluster({sized}, {node_of("n0"), node_with("n1", "nobody-asks", "x"), large_node("n2"),
                                  node_with("n3", "size", "small")});
  FittingMemo memo;
  for (const char* const node : {"n0", "n1", "n0"}) {
    const json pod = decide_with(memo, cluster, pod_on(node)).patched();
    EXPECT_EQ(pod["spec"]["containers"][0]["resources"]["requests"]["cpu"], "80m");
    EXPECT_EQ(pod["metadata"]["annotations"]["everynode.dev/node"], node);
  }
  EXPECT_EQ(memo.fitted(), 1U);
  const auto container_on = [&](const char* const node) {
    return decide_with(memo, cluster, pod_on(node)).patched()["spec"]["containers"][0];
  };
  EXPECT_EQ(container_on("n2")["resources"]["requests"]["cpu"], "640m");
  EXPECT_EQ(container_on("n3")["env"][0]["value"], "small");
  EXPECT_EQ(memo.fitted(), 3U);
}

TEST(FittingMemo, FitsAPodThatDiffersInAnythingThatCounts) {
  const json whole = {{"resources", {{"limits", {{"cpu", 9}}}}}};
  const json full = {{"name", "agent"}, {"image", "i:1"}, {"resources", {{"limits", {{"cpu", "1"}}}}}};
  json other_limit = full;
  other_limit["resources"]["limits"]["cpu"] = "10m";
  const std::vector<std::pair<const char*, json>> changes{
      {"/metadata/labels", {{"app", "agent"}}},
      {"/metadata/annotations/everynode.dev~1overlays", "sized@older"},
      {"/spec/containers/0/name", "other"},
      {"/spec/containers/0/image", "i:2"},
      {"/spec/containers/0/args", json::array({"a"})},
      {"/spec/containers/0/env", json::array({{{"name", "SIZE"}}})},
      {"/spec/containers/0/env", json::array({{{"name", "SIZE"}, {"value", "x"}}})},
      {"/spec/containers/0/env", json::array({{{"name", "SIZE"}, {"valueFrom", json::object()}}})},
      {"/spec/containers", json::array({full})},
      {"/spec/containers", json::array({other_limit})},
      {"/spec/initContainers", json::array({{{"name", "agent"}}})},
      {"/spec/priority", 1},
      {"/spec/priorityClassName", "p"},
      {"/spec/preemptionPolicy", "Never"},
      {"/spec/resources", whole},
  };
  json critical = sized;
  critical["spec"]["priorityClassName"] = "system-node-critical";
  const Cluster cluster({critical}, {node_of("n0")});
  FittingMemo memo;
  std::size_t fitted = 0;
  for (const auto& [path, value] : changes) {
    json pod = pod_on("n0");
    pod[json::json_pointer(path)] = value;
    const json plain = told(cluster.decide(pod).decision);
    ASSERT_EQ(plain["result"], "patched") << path << " " << plain;
    EXPECT_EQ(told(decide_with(memo, cluster, pod).decision), plain) << path;
    EXPECT_EQ(memo.fitted(), ++fitted) << path << " " << value;
    EXPECT_EQ(told(decide_with(memo, cluster, pod).decision), plain) << path;
    EXPECT_EQ(memo.fitted(), fitted) << path;
  }
}

/// With the members of the mount in the order in which the API server writes them.
std::string with_token(json pod, const std::string& volume) {
  pod["spec"]["containers"][0]["volumeMounts"] = "mounts";
  std::string text = pod.dump();
  const std::string placeholder = R"("mounts")";
  return text.replace(
      text.find(placeholder), placeholder.size(),
      R"([{"name":")" + volume + R"(","readOnly":true,"mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"}])");
}

/// Requirement A15: it has another name in each pod, and is mounted in each container.
TEST(FittingMemo, TakesPodsThatDifferInTheNameOfTheTokensVolumeForAlike) {
  const Cluster cluster({sized}, {node_of("n0")});
  FittingMemo memo;
  const auto fitted_with = [&](const std::string& volume) {
    const support::Decided decided = decide_with(memo, cluster, with_token(pod_on("n0"), volume));
    EXPECT_EQ(told(decided.decision), told(cluster.decide(pod_on("n0")).decision)) << volume;
    return memo.fitted();
  };
  EXPECT_EQ(fitted_with("kube-api-access-d74zz"), 1U);
  EXPECT_EQ(fitted_with("kube-api-access-bcdfg"), 1U);
  EXPECT_EQ(fitted_with("kube-api-access-BCDFG"), 2U);
  EXPECT_EQ(fitted_with("kube-api-token--d74zz"), 3U);
}

TEST(FittingMemo, TellsWhatOnlyLooksLikeTheNameOfTheTokensVolume) {
  const Cluster cluster({sized}, {node_of("n0")});
  FittingMemo memo;
  std::size_t fitted = 0;
  for (const char* const value : {"kube-api-access-aaaaa", "kube-api-access-bbbbb"}) {
    json pod = pod_on("n0");
    pod["spec"]["containers"][0]["env"] = json::array({{{"name", "SIZE"}, {"value", value}}});
    EXPECT_EQ(told(decide_with(memo, cluster, pod).decision), told(cluster.decide(pod).decision));
    pod["spec"]["containers"][0]["env"] = json::array({{{"name", value}, {"value", "x"}}});
    EXPECT_EQ(told(decide_with(memo, cluster, pod).decision), told(cluster.decide(pod).decision));
    EXPECT_EQ(memo.fitted(), fitted += 2) << value;
  }
}

/// The API server would not send them. The pod is pinned all the same.
TEST(FittingMemo, PinsAPodWhoseContainersCannotBeRead) {
  const Cluster cluster({sized}, {node_of("n0")});
  FittingMemo memo;
  json pod = pod_on("n0");
  pod["spec"]["containers"][0]["env"] = 5;
  const support::Decided decided = decide_with(memo, cluster, pod);
  EXPECT_EQ(decided.decision.result, Result::patched);
  EXPECT_EQ(decided.decision.pin, Pin::added);
  EXPECT_EQ(decided.decision.fit, nullptr);
  EXPECT_EQ(decided.decision.without_overlays, "spec.containers[0].env: expected an array");
}

TEST(FittingMemo, ForgetsWhenAnOverlayChangesButNotWhenANodeComes) {
  FittingMemo memo;
  const auto image_of = [&](const Cluster& cluster) {
    return decide_with(memo, cluster, pod_on("n0")).patched()["spec"]["containers"][0]["image"];
  };
  const auto with_image = [](const char* const image) {
    return overlay_of("image", {{"containers", {{{"name", "agent"}, {"image", image}}}}});
  };
  EXPECT_EQ(image_of(Cluster({with_image("i:2")}, {node_of("n0")})), "i:2");
  json foreign = with_image("i:4");
  foreign["metadata"]["namespace"] = "other";
  EXPECT_EQ(image_of(Cluster({with_image("i:2"), foreign}, {node_of("n0"), node_of("n1")})), "i:2");
  EXPECT_EQ(memo.fitted(), 1U);
  EXPECT_EQ(image_of(Cluster({with_image("i:3")}, {node_of("n0")})), "i:3");
  EXPECT_EQ(memo.fitted(), 2U);
}

/// A catalog that it does not keep up with, as it might be gone when the memo is asked next.
TEST(FittingMemo, RemembersNothingOfAnotherCatalog) {
  const Cluster cluster({sized}, {node_of("n0")});
  FittingMemo memo;
  Facts facts = cluster.facts();
  facts.memo = &memo;
  EXPECT_EQ(told(Cluster::decide(pod_on("n0").dump(), facts).decision), told(cluster.decide(pod_on("n0")).decision));
  EXPECT_EQ(memo.fitted(), 0U);
}

TEST(FittingMemo, GivesEachNodeItsOwnReason) {
  json without_cpu = node_of("n0");
  without_cpu["status"]["allocatable"].erase("cpu");
  json another = without_cpu;
  another["metadata"]["name"] = "n1";
  const Cluster cluster({sized}, {without_cpu, another});
  FittingMemo memo;
  for (const std::string node : {"n0", "n1", "n0"}) {
    EXPECT_EQ(decide_with(memo, cluster, pod_on(node)).decision.fit->refusals,
              (std::vector<overlay::Refusal>{{"sized", "node " + node + " has no allocatable cpu"}}));
  }
}

/// Pods that differ in this place only.
void forgets_beyond_its_size(const json::json_pointer& where) {
  constexpr std::size_t room = 64 * 1024;
  const Cluster cluster({sized}, {node_of("n0")});
  FittingMemo memo(room);
  const auto decide = [&](const std::string& text) {
    json pod = pod_on("n0");
    pod[where] = text;
    EXPECT_EQ(told(decide_with(memo, cluster, pod).decision), told(cluster.decide(pod).decision));
    return memo.fitted();
  };
  EXPECT_EQ(decide("first"), 1U);
  EXPECT_EQ(decide("first"), 1U);
  for (std::size_t i = 0; i < room / 1024; ++i) decide(std::to_string(i) + std::string(1024, 'i'));
  const std::size_t before = memo.fitted();
  EXPECT_EQ(decide("first"), before + 1) << "all that is remembered takes more than the room";
  const std::string large(room / 8, 'i');
  EXPECT_EQ(decide(large), before + 2);
  EXPECT_EQ(decide(large), before + 3) << "it is too large to be remembered";
  EXPECT_EQ(decide("first"), before + 3);
}

TEST(FittingMemo, ForgetsBeyondItsSize) {
  for (const std::string where : {"/spec/containers/0/image", "/spec/priorityClassName", "/metadata/labels/app"}) {
    SCOPED_TRACE(where);
    forgets_beyond_its_size(json::json_pointer(where));
  }
}

}  // namespace
}  // namespace everynode::admission
