#include "everynode/overlay/amount.hpp"

#include <gtest/gtest.h>

namespace everynode::overlay {
namespace {

Node node_with(const std::string& cpu, const std::string& memory, const std::string& pods) {
  return {.name = "n1",
          .labels = {},
          .annotations = {},
          .allocatable = {
              {"cpu", *parse_quantity(cpu)}, {"memory", *parse_quantity(memory)}, {"pods", *parse_quantity(pods)}}};
}

std::optional<Quantity> quantity(std::string_view text) {
  return text.empty() ? std::nullopt : parse_quantity(text);
}

Amount amount_of(std::string_view percent, std::string_view base, std::string_view per_pod, std::string_view min = "",
                 std::string_view max = "") {
  return {.percent_of_allocatable = quantity(percent),
          .base = quantity(base),
          .per_pod = quantity(per_pod),
          .min = quantity(min),
          .max = quantity(max)};
}

std::string text_of(const Amount& amount, Resource resource, const Node* node) {
  const auto result = evaluate(amount, resource, node);
  return result ? to_text(*result) : result.error();
}

TEST(Amount, IsAPartOfWhatTheNodeHas) {
  const Node node = node_with("191450m", "768Gi", "737");
  EXPECT_EQ(text_of(amount_of("1", "", ""), Resource::cpu, &node), "1915m");            // 1914.5m
  EXPECT_EQ(text_of(amount_of("0.5", "", ""), Resource::memory, &node), "4123168605");  // of a byte there is no part
  EXPECT_EQ(text_of(amount_of("100", "", ""), Resource::memory, &node), "768Gi");
  EXPECT_EQ(text_of(amount_of("", "64Mi", "2Mi"), Resource::memory, &node), "1538Mi");
  EXPECT_EQ(text_of(amount_of("1", "500m", "1m"), Resource::cpu, &node), "3152m");
}

TEST(Amount, StaysWithinItsBounds) {
  const Node node = node_with("2", "4Gi", "8");
  EXPECT_EQ(text_of(amount_of("1", "", "", "100m", "2"), Resource::cpu, &node), "100m");
  EXPECT_EQ(text_of(amount_of("100", "1", "", "100m", "2"), Resource::cpu, &node), "2");
  EXPECT_EQ(text_of(amount_of("", "1500m", "", "", "1k"), Resource::memory, &node), "2");
  EXPECT_EQ(text_of(amount_of("", "10u", "", "100u"), Resource::cpu, nullptr), "1m") << "a bound is rounded too";
  EXPECT_EQ(text_of(amount_of("", "1Gi", "", "", "0.5"), Resource::memory, nullptr), "1");
}

TEST(Amount, ThatIsABaseAloneIsTheSameOnAnyNode) {
  EXPECT_EQ(text_of(amount_of("", "0.5", ""), Resource::cpu, nullptr), "500m");
  EXPECT_EQ(text_of(amount_of("", "64Mi", ""), Resource::memory, nullptr), "64Mi");
}

TEST(Amount, ThatCannotBeWorkedOutSaysWhy) {
  const Node node{.name = "n1", .labels = {}, .annotations = {}, .allocatable = {{"cpu", *parse_quantity("9E")}}};
  EXPECT_EQ(text_of(amount_of("1", "", ""), Resource::cpu, nullptr),
            "the amount depends on the node, which is not known");
  EXPECT_EQ(text_of(amount_of("1", "", ""), Resource::memory, &node), "node n1 has no allocatable memory");
  EXPECT_EQ(text_of(amount_of("", "", "1Mi"), Resource::memory, &node), "node n1 has no allocatable pods");
  EXPECT_EQ(text_of(amount_of("10000", "", ""), Resource::cpu, &node), "the amount of cpu is too large");
}

TEST(Amount, TellsHowItComesAbout) {
  const Node node = node_with("191450m", "768Gi", "737");
  EXPECT_EQ(arithmetic(amount_of("1", "", "", "100m", "2"), Resource::cpu, &node),
            "1 % of 191450m, at least 100m, at most 2");
  EXPECT_TRUE(arithmetic(amount_of("1.5", "", ""), Resource::cpu, &node).starts_with("1.5 % of "));
  EXPECT_TRUE(arithmetic(amount_of("1k", "", ""), Resource::cpu, &node).starts_with("1000 % of "));
  EXPECT_EQ(arithmetic(amount_of("", "64Mi", "2Mi"), Resource::memory, &node), "64Mi + 2Mi for each of 737 pods");
  EXPECT_EQ(arithmetic(amount_of("", "1", ""), Resource::cpu, &node), "");
}

}  // namespace
}  // namespace everynode::overlay
