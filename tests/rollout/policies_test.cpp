// Which of several policies serves a DaemonSet.
#include "everynode/rollout/policies.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace everynode::rollout {
namespace {

objects::RolloutPolicy policy(std::string name, int created, objects::LabelSelector selector = {}) {
  objects::RolloutPolicy policy;
  policy.namespace_ = "default";
  policy.name = std::move(name);
  policy.created = objects::Time(std::chrono::seconds(created));
  policy.selector = std::move(selector);
  return policy;
}

std::string serving_one(const std::vector<objects::RolloutPolicy>& policies) {
  objects::DaemonSet set;
  set.namespace_ = "default";
  set.labels = {{"tier", "network"}};
  std::vector<const objects::RolloutPolicy*> all;
  for (const auto& one : policies) all.push_back(&one);
  const objects::RolloutPolicy* const found = serving(all, set);
  return found == nullptr ? "none" : found->name;
}

const objects::LabelSelector network{.requirements = {{.key = "tier", .op = "In", .values = {"network"}}}};
const objects::LabelSelector storage{.requirements = {{.key = "tier", .op = "In", .values = {"storage"}}}};

TEST(Policies, SelectDaemonSetsOfTheirNamespaceByLabels) {
  EXPECT_EQ(serving_one({}), "none");
  EXPECT_EQ(serving_one({policy("a", 1, storage)}), "none");
  EXPECT_EQ(serving_one({policy("a", 1, network)}), "a");
  EXPECT_EQ(serving_one({policy("a", 1)}), "a") << "the empty selector selects all";
  objects::RolloutPolicy elsewhere = policy("a", 1);
  elsewhere.namespace_ = "other";
  EXPECT_EQ(serving_one({elsewhere}), "none");
}

TEST(Policies, TheOlderOneServes) {
  EXPECT_EQ(serving_one({policy("a", 2, network), policy("b", 1)}), "b");
  EXPECT_EQ(serving_one({policy("b", 1), policy("a", 1)}), "a") << "the name decides within a second";
  EXPECT_EQ(serving_one({policy("a", 1, storage), policy("b", 2)}), "b");
}

}  // namespace
}  // namespace everynode::rollout
