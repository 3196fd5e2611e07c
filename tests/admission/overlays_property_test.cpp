// Whatever overlays make of whatever pod: it can be applied, is done once, and touches nothing but what overlays offer.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cases.hpp"
#include "clusters.hpp"
#include "everynode/overlay/quantity.hpp"

namespace everynode::admission {
namespace {

/// Removes what an overlay may write: what is left must equal the original.
json without_written(json pod) {
  for (const char* const field : {"affinity", "tolerations", "priorityClassName", "priority", "preemptionPolicy"})
    pod["spec"].erase(field);
  pod["metadata"].erase("annotations");
  for (const char* const list : {"containers", "initContainers"}) {
    if (!pod["spec"].contains(list)) continue;
    for (json& container : pod["spec"][list]) {
      for (const char* const field : {"image", "args", "env"}) container.erase(field);
      if (!container.contains("resources") || !container["resources"].is_object()) {
        container.erase("resources");
        continue;
      }
      container["resources"].erase("requests");
      container["resources"].erase("limits");
      if (container["resources"].empty()) container.erase("resources");
    }
  }
  return pod;
}

bool request_above_limit(const json& container) {
  const json resources = container.value("resources", json::object());
  if (!resources.is_object()) return false;
  const json limits = resources.value("limits", json::object());
  const auto amount = [](const json& text) {
    return *overlay::parse_quantity(text.is_string() ? text.get<std::string>() : text.dump());
  };
  for (const auto& [name, request] : resources.value("requests", json::object()).items()) {
    if (limits.contains(name) && amount(request) > amount(limits[name])) return true;
  }
  return false;
}

TEST(OverlayProperty, WhatAnyOverlaysMakeOfAnyPodKeepsTheLaws) {  // requirements A3 and A7
  constexpr std::size_t clusters = support::cases(5'000);
  std::size_t fitted = 0;
  std::size_t refused = 0;
  for (unsigned seed = 0; seed < clusters; ++seed) {
    RandomClusters random(seed);
    const json pod = random.pod();
    const std::vector<json> overlays = random.overlays();
    const Cluster cluster(overlays, {node_of("n0"), node_of("n1")});
    const auto first = cluster.decide(pod);
    SCOPED_TRACE("seed " + std::to_string(seed) + ": " + pod.dump() + json(overlays).dump());
    ASSERT_NE(first.decision.result, Result::failed) << first.decision.detail;
    ASSERT_EQ(first.decision.without_overlays, "");
    ASSERT_EQ(first.sent_patch(), first.decision.patch_json);
    const json patched = first.patched();  // throws if the patch does not apply

    // Twice is once; nothing but what overlays offer is changed; none makes the API server refuse the pod.
    const auto second = cluster.decide(patched);
    ASSERT_EQ(second.decision.result, Result::unchanged) << first.decision.patch_json << second.decision.patch_json;
    ASSERT_EQ(second.decision.fit->stamp, first.decision.fit->stamp);
    ASSERT_EQ(without_written(patched), without_written(pod));
    for (std::size_t i = 0; i < 2; ++i) {
      const json& before = pod["spec"]["containers"][i];
      ASSERT_TRUE(request_above_limit(before) || !request_above_limit(patched["spec"]["containers"][i]));
    }
    fitted += first.decision.fit->patch.empty() ? 0 : 1;
    refused += first.decision.fit->refusals.empty() ? 0 : 1;
  }
  EXPECT_GT(fitted, clusters / 3);
  EXPECT_GT(refused, clusters / 10);
}

}  // namespace
}  // namespace everynode::admission
