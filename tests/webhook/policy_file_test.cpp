#include "everynode/webhook/policy_file.hpp"

#include <gtest/gtest.h>

namespace everynode::webhook {
namespace {

std::string error_of(const std::string& yaml) {
  const auto policy = read_policy(yaml);
  return policy ? "" : policy.error().text();
}

TEST(PolicyFile, ReadsEveryField) {
  const auto policy = read_policy(
      "networkUnavailable: host-network\n"
      "ownerKinds: [{group: apps.example.com, kind: NodeAgent}]\n"
      "tolerations:\n- {key: example.com/gpu, operator: Exists, effect: NoExecute, tolerationSeconds: 60}\n");
  ASSERT_TRUE(policy) << policy.error().text();
  EXPECT_EQ(policy->network_unavailable, admission::NetworkUnavailable::host_network);
  ASSERT_EQ(policy->owner_kinds.size(), 1U);
  EXPECT_EQ(policy->owner_kinds[0].kind, "NodeAgent");
  ASSERT_EQ(policy->tolerations.size(), 1U);
  EXPECT_EQ(policy->tolerations[0].key, "example.com/gpu");
  EXPECT_EQ(policy->tolerations[0].toleration_seconds, 60);
}

TEST(PolicyFile, TakesTolerationsThatCompareNumbers) {
  EXPECT_EQ(error_of("tolerations: [{key: a, operator: Lt, value: \"10\"}, {key: a, operator: Gt, value: \"-1\"}]"),
            "");
  EXPECT_EQ(error_of("tolerations: [{key: a, operator: Lt, value: ten}]"),
            "tolerations[0]: value must be a decimal integer when operator is Lt, not \"ten\"");
}

TEST(PolicyFile, MayWishForNothingButNotBeEmpty) {
  EXPECT_EQ(error_of("{}"), "");
  EXPECT_EQ(error_of("tolerations: null"), "");
  for (const char* const empty : {"", "\n", "# nothing yet\n", "---\n", "null\n"})
    EXPECT_EQ(error_of(empty), "it is empty; write {} for a policy without wishes");
}

TEST(PolicyFile, IsReadToItsEnd) {
  EXPECT_EQ(error_of("  networkUnavailable: never\ntolerations: [{key: a, operator: Exists}]\n"),
            "line 2, column 1: more text behind the end of the document; indent it like the document's first line, or "
            "begin another document with ---");
  EXPECT_EQ(error_of("networkUnavailable: never\n---\ntolerations: []\n"),
            "line 3: a second document; expected one, with all fields in it");
  EXPECT_EQ(error_of("{\"networkUnavailable\": \"never\"} {\"tolerations\": []}").substr(0, 28),
            "line 1, column 33: more text");
  EXPECT_EQ(error_of("---\nnetworkUnavailable: never\n...\n---\n"), "");
}

TEST(PolicyFile, HasEachFieldOnce) {
  EXPECT_EQ(error_of("tolerations: []\nnetworkUnavailable: never\ntolerations: []\n"),
            "line 3, column 1: the key \"tolerations\" stands in line 1 already; expected it once");
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
