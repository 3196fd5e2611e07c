#include "everynode/objects/validation.hpp"

#include <gtest/gtest.h>

#include <string>

namespace everynode::objects {
namespace {

TEST(Validation, Subdomain) {
  for (const auto* good : {"n", "node-1", "ip-10-0-0-1.eu-west-1.compute.internal", "1.2.3.4", "a.b"})
    EXPECT_TRUE(is_subdomain(good)) << good;
  for (const auto* bad : {"", ".", "a.", ".a", "a..b", "-a", "a-", "A", "a_b", "a b", "a/b", "\xc3\xa9"})
    EXPECT_FALSE(is_subdomain(bad)) << bad;
  EXPECT_TRUE(is_subdomain(std::string(253, 'a')));
  EXPECT_FALSE(is_subdomain(std::string(254, 'a')));
}

TEST(Validation, LabelKey) {
  for (const auto* good : {"a", "A_b.c-1", "node.kubernetes.io/unschedulable"}) EXPECT_TRUE(is_label_key(good)) << good;
  for (const auto* bad : {"", "/a", "a/", "A.io/a", "a/b/c", "_a", "a_"}) EXPECT_FALSE(is_label_key(bad)) << bad;
  EXPECT_TRUE(is_label_key(std::string(63, 'a')));
  EXPECT_FALSE(is_label_key(std::string(64, 'a')));
}

TEST(Validation, TolerationsThatTheApiServerTakes) {
  EXPECT_EQ(problem_with(tolerates_unschedulable()), "");
  EXPECT_EQ(problem_with({.key = "", .op = "Exists", .value = "", .effect = "", .toleration_seconds = {}}), "");
  EXPECT_EQ(problem_with({.key = "a", .op = "", .value = "b", .effect = "NoExecute", .toleration_seconds = 60}), "");
}

TEST(Validation, TolerationsThatItRefuses) {
  const auto refused = [](std::string_view key, std::string_view op, std::string_view value, std::string_view effect) {
    return problem_with({.key = key, .op = op, .value = value, .effect = effect, .toleration_seconds = {}});
  };
  EXPECT_EQ(refused("a", "Lt", "1", ""), "operator must be Exists or Equal, not \"Lt\"");
  EXPECT_EQ(refused("", "Equal", "", ""), "operator must be Exists when key is empty");
  EXPECT_EQ(refused("a b", "Exists", "", ""), "key \"a b\" is no label key");
  EXPECT_EQ(refused("a", "Exists", "b", ""), "value must be empty when operator is Exists");
  EXPECT_EQ(refused("a", "Equal", "b c", ""), "value \"b c\" is no label value");
  EXPECT_EQ(refused("a", "Exists", "", "Never"),
            "effect must be NoSchedule, PreferNoSchedule or NoExecute, not \"Never\"");
  EXPECT_EQ(problem_with({.key = "a", .op = "Exists", .value = "", .effect = "NoSchedule", .toleration_seconds = 1}),
            "tolerationSeconds goes with effect NoExecute only");
}

}  // namespace
}  // namespace everynode::objects
