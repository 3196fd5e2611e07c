// Invariants for every pod, checked on thousands of random ones, with an implementation of RFC 6902 that is not ours.
#include <gtest/gtest.h>

#include <random>

#include "cases.hpp"
#include "decided.hpp"

namespace everynode {
namespace {

using nlohmann::json;

/// Random pods with many missing, null, empty and mistaken parts.
class RandomPods {
 public:
  explicit RandomPods(unsigned seed) : random_(seed) {}

  json pod() {
    json pod = {{"apiVersion", "v1"}, {"kind", "Pod"}};
    pod["metadata"] = {{"generateName", "agent-"}, {"ownerReferences", json::array({owner()})}};
    if (one_in(2)) pod["metadata"]["annotations"] = maybe_null({{"other", "kept"}});
    if (one_in(3)) pod["metadata"]["annotations"]["everynode.dev/node"] = node();
    pod["spec"] = {{"containers", json::array({{{"name", "c"}, {"image", "i"}}})}};
    if (one_in(6)) pod["spec"]["nodeName"] = node();
    if (one_in(3)) pod["spec"]["hostNetwork"] = one_in(2);
    if (!one_in(4)) pod["spec"]["tolerations"] = maybe_null(tolerations());
    if (!one_in(4)) pod["spec"]["affinity"] = maybe_null(affinity());
    return pod;
  }

 private:
  bool one_in(int n) { return std::uniform_int_distribution<int>(1, n)(random_) == 1; }
  std::size_t up_to(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n)(random_); }
  std::string one_of(const std::vector<std::string>& words) { return words[up_to(words.size() - 1)]; }
  std::string node() { return one_of({"n1", "n2", "Not A Node", ""}); }
  json maybe_null(json value) { return one_in(8) ? json() : std::move(value); }

  json owner() {
    return {{"apiVersion", "apps/v1"},
            {"kind", one_in(10) ? "ReplicaSet" : "DaemonSet"},
            {"name", "agent"},
            {"uid", "u"},
            {"controller", true}};
  }

  json tolerations() {
    json list = json::array();
    for (std::size_t i = up_to(4); i > 0; --i) {
      json toleration = {{"operator", one_of({"Exists", "Equal"})}};
      if (!one_in(4)) {
        toleration["key"] =
            one_of({"node.kubernetes.io/unschedulable", "node.kubernetes.io/network-unavailable", "other"});
      }
      if (!one_in(3)) toleration["effect"] = one_of({"NoSchedule", "NoExecute"});
      if (one_in(5)) toleration["tolerationSeconds"] = 30;
      list.push_back(toleration);
    }
    return list;
  }

  json requirements() {
    json list = json::array();
    for (std::size_t i = up_to(3); i > 0; --i) {
      json values = json::array();
      for (std::size_t n = up_to(2); n > 0; --n) values.push_back(node());
      list.push_back({{"key", one_of({"metadata.name", "zone"})},
                      {"operator", one_of({"In", "NotIn", "Exists"})},
                      {"values", values}});
    }
    return list;
  }

  json affinity() {
    json affinity = json::object();
    if (one_in(3)) affinity["podAffinity"] = {{"x", 1}};
    if (one_in(4)) return affinity;
    json node_affinity = json::object();
    if (one_in(3)) node_affinity["preferredDuringSchedulingIgnoredDuringExecution"] = json::array({{{"weight", 1}}});
    if (!one_in(4)) {
      json terms = json::array();
      for (std::size_t i = up_to(3); i > 0; --i) {
        json term = json::object();
        if (one_in(2)) term["matchExpressions"] = maybe_null(requirements());
        if (one_in(2)) term["matchFields"] = maybe_null(requirements());
        terms.push_back(term);
      }
      node_affinity["requiredDuringSchedulingIgnoredDuringExecution"] =
          maybe_null({{"nodeSelectorTerms", maybe_null(terms)}});
    }
    affinity["nodeAffinity"] = maybe_null(node_affinity);
    return affinity;
  }

  std::mt19937 random_;
};

bool matches_nothing(const json& term) {
  const auto empty = [&](const char* list) { return !term.contains(list) || term[list].empty(); };
  return empty("matchExpressions") && empty("matchFields");
}

bool is_pinned(const json& term, const std::string& node) {
  if (!term.contains("matchFields")) return false;
  return std::ranges::any_of(term["matchFields"], [&](const json& field) {
    return field["key"] == "metadata.name" && field["operator"] == "In" && field["values"] == json::array({node});
  });
}

/// Removes what a patch may add: what is left must equal the original.
json without_additions(json pod) {
  pod["spec"].erase("affinity");
  pod["spec"].erase("tolerations");
  json& metadata = pod["metadata"];
  if (!metadata.contains("annotations")) return pod;
  if (metadata["annotations"].is_object()) metadata["annotations"].erase("everynode.dev/node");
  if (metadata["annotations"].empty()) metadata.erase("annotations");
  return pod;
}

TEST(Property, EveryDecisionKeepsTheLaws) {  // requirements 4.7, A3 and A7
  constexpr std::size_t pods = support::cases(20'000);
  std::size_t patched_pods = 0;
  for (unsigned seed = 0; seed < pods; ++seed) {
    const json pod = RandomPods(seed).pod();
    const auto first = support::decide_pod(pod.dump());
    SCOPED_TRACE("seed " + std::to_string(seed) + ": " + pod.dump());
    ASSERT_NE(first.decision.result, admission::Result::failed) << first.decision.detail;
    if (first.decision.result != admission::Result::patched) continue;
    ++patched_pods;
    const json patched = first.patched();  // throws if the patch does not apply

    // Idempotent: for its own result there is no patch, and the same node.
    const auto second = support::decide_pod(patched.dump());
    ASSERT_EQ(second.decision.result, admission::Result::unchanged) << first.decision.patch_json;
    ASSERT_EQ(second.node(), first.node());

    // Nothing else is changed, and no toleration is lost.
    ASSERT_EQ(without_additions(patched), without_additions(pod));
    const json before = pod["spec"].value("tolerations", json());
    for (std::size_t i = 0; i < before.size(); ++i) ASSERT_EQ(patched["spec"]["tolerations"][i], before[i]);

    // A webhook that replaces the affinity afterwards does not hide the node.
    json replaced = patched;
    replaced["spec"]["affinity"] = json::parse(support::pool_affinity);
    ASSERT_EQ(support::decide_pod(replaced.dump()).node(), first.node()) << patched.dump();

    // Every term that can match a node admits only the target.
    if (first.node().empty()) continue;
    for (const json& term : first.terms())
      ASSERT_TRUE(matches_nothing(term) || is_pinned(term, first.node())) << patched.dump();
  }
  EXPECT_GT(patched_pods, pods / 2);
}

}  // namespace
}  // namespace everynode
