#include "everynode/objects/validation.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "error_of.hpp"

namespace everynode::objects {
namespace {

using support::error_of;

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

TEST(Validation, DecimalIntegersAreCanonical) {  // as upstream's TestIsDecimalInteger
  for (const auto& [text, number] : std::vector<std::pair<std::string, std::int64_t>>{
           {"0", 0}, {"7", 7}, {"-7", -7}, {"9223372036854775807", INT64_MAX}, {"-9223372036854775808", INT64_MIN}})
    EXPECT_EQ(decimal_integer(text), number) << text;
  for (const auto* bad : {"", "-", "+1", "-0", "00", "0700", "-01", "1 ", " 1", "1.0", "1e3", "0x1", "1_000", "a",
                          "9223372036854775808", "-9223372036854775809"})
    EXPECT_EQ(decimal_integer(bad), std::nullopt) << bad;
}

TEST(Validation, TolerationsThatTheApiServerTakes) {
  EXPECT_TRUE(check(tolerates_unschedulable()));
  EXPECT_TRUE(check({.key = "", .op = "Exists", .value = "", .effect = "", .toleration_seconds = {}}));
  EXPECT_TRUE(check({.key = "a", .op = "", .value = "b", .effect = "NoExecute", .toleration_seconds = 60}));
  EXPECT_TRUE(check({.key = "a", .op = "Lt", .value = "-5", .effect = "", .toleration_seconds = {}}));
  EXPECT_TRUE(check({.key = "a", .op = "Gt", .value = "0", .effect = "", .toleration_seconds = {}}));
}

TEST(Validation, TolerationsThatItRefuses) {
  const auto refused = [](std::string_view key, std::string_view op, std::string_view value, std::string_view effect) {
    return error_of(check({.key = key, .op = op, .value = value, .effect = effect, .toleration_seconds = {}}));
  };
  EXPECT_EQ(refused("a", "lt", "1", ""), "operator must be Exists, Equal, Lt or Gt, not \"lt\"");
  EXPECT_EQ(refused("", "Lt", "1", ""), "operator must be Exists when key is empty");
  EXPECT_EQ(refused("a", "Lt", "", ""), "value must be a decimal integer when operator is Lt, not \"\"");
  EXPECT_EQ(refused("a", "Gt", "0700", ""), "value must be a decimal integer when operator is Gt, not \"0700\"");
  EXPECT_EQ(refused("", "Equal", "", ""), "operator must be Exists when key is empty");
  EXPECT_EQ(refused("a b", "Exists", "", ""), "key \"a b\" is no label key");
  EXPECT_EQ(refused("a", "Exists", "b", ""), "value must be empty when operator is Exists");
  EXPECT_EQ(refused("a", "Equal", "b c", ""), "value \"b c\" is no label value");
  EXPECT_EQ(refused("a", "Exists", "", "Never"),
            "effect must be NoSchedule, PreferNoSchedule or NoExecute, not \"Never\"");
  EXPECT_EQ(error_of(check({.key = "a", .op = "Exists", .value = "", .effect = "NoSchedule", .toleration_seconds = 1})),
            "tolerationSeconds goes with effect NoExecute only");
}

}  // namespace
}  // namespace everynode::objects
