#include "everynode/webhook/policy_file.hpp"

#include <gtest/gtest.h>

namespace everynode::webhook {
namespace {

std::string error_of(const std::string& yaml) {
  const auto policy = read_policy(yaml);
  return policy ? "" : policy.error();
}

TEST(PolicyFile, ReadsEveryField) {
  const auto policy = read_policy(
      "networkUnavailable: host-network\n"
      "ownerKinds: [{group: apps.example.com, kind: NodeAgent}]\n"
      "tolerations:\n- {key: example.com/gpu, operator: Exists, effect: NoExecute, tolerationSeconds: 60}\n");
  ASSERT_TRUE(policy) << policy.error();
  EXPECT_EQ(policy->network_unavailable, admission::NetworkUnavailable::host_network);
  ASSERT_EQ(policy->owner_kinds.size(), 1U);
  EXPECT_EQ(policy->owner_kinds[0].kind, "NodeAgent");
  ASSERT_EQ(policy->tolerations.size(), 1U);
  EXPECT_EQ(policy->tolerations[0].key, "example.com/gpu");
  EXPECT_EQ(policy->tolerations[0].toleration_seconds, 60);
}

TEST(PolicyFile, IsTheDefaultWhenEmpty) {
  EXPECT_EQ(error_of(""), "");
  EXPECT_EQ(error_of("# nothing yet\n"), "");
  EXPECT_EQ(error_of("tolerations: null"), "");
}

TEST(PolicyFile, NamesTheFieldThatIsWrong) {
  EXPECT_EQ(error_of("networkUnavailable: sometimes"), "networkUnavailable: expected always, host-network or never");
  EXPECT_EQ(error_of("networkUnavialable: never"), "unknown field \"networkUnavialable\"");
  EXPECT_EQ(error_of("ownerKinds: [{group: a}]"), "ownerKinds[0]: kind is missing");
  EXPECT_EQ(error_of("ownerKinds: [{kind: a, grp: b}]"), "ownerKinds[0]: unknown field \"grp\"");
  EXPECT_EQ(error_of("tolerations: [{key: a, operator: Exists}, {key: a, efect: NoSchedule}]"),
            "tolerations[1]: unknown field \"efect\"");
  EXPECT_EQ(error_of("tolerations: [{key: a b, operator: Exists}]"), "tolerations[0]: key \"a b\" is no label key");
  EXPECT_EQ(error_of("tolerations: [{key: 1}]"), "tolerations[0].key: expected a string");
  EXPECT_EQ(error_of("- a"), "expected an object");
}

}  // namespace
}  // namespace everynode::webhook
