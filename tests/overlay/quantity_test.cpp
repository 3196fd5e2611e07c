// Quantities as k8s.io/apimachinery v0.37.2 reads and writes them (pkg/api/resource).
#include "everynode/overlay/quantity.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

namespace everynode::overlay {
namespace {

using nlohmann::json;

std::string canonical(std::string_view text) {
  const auto quantity = parse_quantity(text);
  return quantity ? to_text(*quantity) : "none";
}

/// tests/golden/quantities.json has what its ParseQuantity and CanonicalizeBytes make of each text; null: refused. It
/// reads "e3" and "." as 0, and takes more than 2^63-1; we refuse that.
TEST(Quantity, IsReadAndWrittenAsByKubernetes) {
  std::ifstream in(EVERYNODE_SOURCE_DIR "/tests/golden/quantities.json");
  const json answers = json::parse(in);
  EXPECT_GE(answers.size(), 100U);
  for (const auto& [text, answer] : answers.items()) {
    EXPECT_EQ(canonical(text), answer.is_null() ? "none" : answer.get<std::string>()) << text;
  }
}

TEST(Quantity, OfTheSameAmountAreEqualHoweverTheyAreWritten) {
  EXPECT_EQ(parse_quantity("1Gi"), parse_quantity("1073741824"));
  EXPECT_EQ(parse_quantity("2"), parse_quantity("2000m"));
  EXPECT_LT(*parse_quantity("999m"), *parse_quantity("1"));
  EXPECT_LT(*parse_quantity("-1"), *parse_quantity("0"));
}

TEST(Quantity, BeyondWhatFitsIsRefusedAndNeverWrong) {
  EXPECT_TRUE(parse_quantity("9223372036854775807"));
  EXPECT_FALSE(parse_quantity("9223372036854775808"));
  EXPECT_FALSE(parse_quantity("8Ei"));
  EXPECT_FALSE(parse_quantity("1e99"));
  EXPECT_FALSE(parse_quantity("1" + std::string(40, '0')));
  const Quantity most = *parse_quantity("9223372036854775807");
  EXPECT_FALSE(sum(most, *parse_quantity("1n")));
  EXPECT_FALSE(fraction(most, 1000, 1));
  EXPECT_FALSE(rounded_up(most, most.nanos() - 1));
}

TEST(Quantity, ThatIsTooLargeIsNotSaidToBeNone) {
  for (const std::string text : {"8Ei", "99999999999999999999", "1e99", "0.99999999999999999999999999999"})
    EXPECT_TRUE(problem_with_quantity(text).contains("too large")) << text;
  for (const std::string text : {"", "x", "1 Gi", "99999999999999999999999999999999x", "1.2.3"})
    EXPECT_TRUE(problem_with_quantity(text).starts_with("expected a quantity")) << text;
  EXPECT_EQ(problem_with_quantity("7Ei"), "");
}

TEST(Quantity, IsRoundedUp) {
  constexpr Quantity::Nanos one = 1'000'000'000;
  const auto up = [&](std::string_view text, Quantity::Nanos unit) {
    return to_text(*rounded_up(*parse_quantity(text), unit));
  };
  EXPECT_EQ(up("1914500u", one / 1000), "1915m");
  EXPECT_EQ(up("1914m", one / 1000), "1914m");
  EXPECT_EQ(up("1024500m", one), "1025");
  EXPECT_EQ(up("0", one), "0");
  EXPECT_EQ(to_text(*fraction(*parse_quantity("10"), 1, 3)), "3333333334n");
}

}  // namespace
}  // namespace everynode::overlay
