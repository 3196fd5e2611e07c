/// Clusters with overlays for tests of admission: written down, or random.
#pragma once

#include <cstddef>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "decided.hpp"
#include "everynode/admission/decide.hpp"
#include "everynode/codec/document.hpp"
#include "everynode/overlay/knowledge.hpp"
#include "everynode/overlay/overlay.hpp"

namespace everynode::admission {

using nlohmann::json;

/// A cluster's nodes and overlays, and decisions about its pods.
class Cluster {
 public:
  Cluster(const std::vector<json>& overlays, const std::vector<json>& nodes) {
    codec::Document document;
    std::vector<overlay::DaemonSetOverlay> read;
    overlay::Known known;
    for (const json& one : overlays) read.push_back(overlay::read_overlay(one.dump(), document).value());
    for (const json& one : nodes) known.nodes.put(overlay::read_node(one.dump(), document).value());
    known.catalog = overlay::Catalog(std::move(read));
    known_ = std::make_shared<const overlay::Known>(std::move(known));
  }

  [[nodiscard]] const std::shared_ptr<const overlay::Known>& known() const { return known_; }
  [[nodiscard]] Facts facts() const { return {.overlays = &known_->catalog, .nodes = &known_->nodes}; }

  [[nodiscard]] support::Decided decide(const json& pod) const { return decide(pod.dump(), facts()); }
  [[nodiscard]] static support::Decided decide(const std::string& pod, const Facts& facts) {
    support::Decided decided;
    decided.text = support::review_of(pod);
    decided.request = read_review(decided.text, *decided.document, parts_for(facts)).value();
    codec::Document scratch;
    decided.decision = admission::decide({}, decided.request, scratch, facts);
    return decided;
  }

 private:
  std::shared_ptr<const overlay::Known> known_;
};

inline json overlay_of(const std::string& name, json spec) {
  spec.emplace("daemonSets", json::object());
  return {{"metadata", {{"name", name}, {"namespace", "kube-system"}}}, {"spec", std::move(spec)}};
}

inline json node_of(const std::string& name) {
  return {{"metadata", {{"name", name}, {"labels", {{"size", "big"}}}}},
          {"status", {{"allocatable", {{"cpu", "8"}, {"memory", "16Gi"}, {"pods", "110"}}}}}};
}

inline json pod_on(const std::string& node) {
  json pod = json::parse(support::daemon_pod(R"("containers":[{"name":"agent","image":"i:1"}])"));
  pod["metadata"]["annotations"] = {{"everynode.dev/node", node}};
  return pod;
}

/// Random overlays, nodes and pods with many missing, null and conflicting parts.
class RandomClusters {
 public:
  explicit RandomClusters(unsigned seed) : random_(seed) {}

  json pod() {
    json pod = pod_on(one_of({"n0", "n1", "unknown"}));
    if (one_in(3)) pod["metadata"].erase("annotations");
    if (one_in(2)) pod["metadata"]["labels"] = {{"app", one_of({"agent", "other"})}};
    if (one_in(4)) pod["metadata"]["annotations"]["everynode.dev/overlays"] = one_of({"", "old@x"});
    json& spec = pod["spec"];
    spec["containers"] = json::array({container("agent"), container("helper")});
    if (one_in(2)) spec["initContainers"] = json::array({container("setup")});
    if (one_in(3)) spec["priority"] = one_in(2) ? 0 : 2000001000;
    if (one_in(3)) spec["preemptionPolicy"] = one_of({"Never", "PreemptLowerPriority"});
    if (one_in(4)) spec["priorityClassName"] = one_of({"own", "system-node-critical"});
    if (one_in(9)) spec["resources"] = {{"limits", {{"cpu", "9"}}}};
    return pod;
  }

  std::vector<json> overlays() {
    std::vector<json> list;
    for (std::size_t i = 0; i < 4; ++i) {
      json spec{{"priority", static_cast<int>(up_to(2))}, {"containers", json::array()}};
      if (one_in(3)) spec["daemonSets"] = {{"matchLabels", {{"app", "agent"}}}};
      if (one_in(3)) spec["nodes"] = {{"matchLabels", {{"size", one_of({"big", "small"})}}}};
      if (one_in(5)) spec["priorityClassName"] = one_of({"system-node-critical", "system-cluster-critical", "none"});
      std::vector<std::string> names{"agent", "helper", "*", "setup", "absent"};
      for (const std::string& name : names) {
        if (one_in(name == "absent" ? 12 : 3)) spec["containers"].push_back(wanted(name));
      }
      list.push_back(overlay_of("overlay-" + std::to_string(i), spec));
    }
    return list;
  }

 private:
  bool one_in(int n) { return std::uniform_int_distribution<int>(1, n)(random_) == 1; }
  std::size_t up_to(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n)(random_); }
  std::string one_of(const std::vector<std::string>& words) { return words[up_to(words.size() - 1)]; }
  json amount() {
    return one_in(4) ? json(static_cast<int>(up_to(3))) : json(one_of({"100m", "1", "2000m", "1Gi", "64Mi"}));
  }

  json amounts(bool wanted) {
    json map = json::object();
    for (const char* const name : {"cpu", "memory"}) {
      if (!one_in(2)) continue;
      map[name] = wanted ? json{{"base", amount()}} : amount();
      if (wanted && one_in(2)) map[name]["perPod"] = "1m";
      if (wanted && one_in(4)) map[name]["percentOfAllocatable"] = 1;
    }
    return map;
  }

  json env() {
    json list = json::array();
    for (const char* const name : {"A", "B"}) {
      if (one_in(2)) list.push_back({{"name", name}, {"value", one_of({"", "x", "$(A)"})}});
    }
    return list;
  }

  json container(const std::string& name) {
    json container{{"name", name}, {"image", one_of({"i:1", "i:2"})}, {"securityContext", {{"privileged", true}}}};
    if (one_in(2)) container["args"] = json::array({"a"});
    if (one_in(2)) container["env"] = one_in(5) ? json() : env();
    if (one_in(6)) container["env"].push_back({{"name", "A"}, {"valueFrom", {{"fieldRef", {{"fieldPath", "x"}}}}}});
    if (one_in(2))
      container["resources"] = one_in(5) ? json() : json{{"limits", amounts(false)}, {"claims", json::array()}};
    if (one_in(3)) container["resources"]["requests"] = amounts(false);
    return container;
  }

  json wanted(const std::string& name) {
    json container{{"name", name}};
    if (one_in(2)) container["image"] = one_of({"i:1", "i:3"});
    if (one_in(2)) container["args"] = json::array({"a", "b"});
    if (one_in(2)) container["env"] = env();
    if (one_in(6)) container["env"].push_back({{"name", "SIZE"}, {"nodeLabel", "size"}});
    if (one_in(2)) container["resources"] = {{"requests", amounts(true)}, {"limits", amounts(true)}};
    return container;
  }

  std::mt19937 random_;
};

}  // namespace everynode::admission
