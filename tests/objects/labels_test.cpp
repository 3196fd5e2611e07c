#include "everynode/objects/labels.hpp"

#include <gtest/gtest.h>

namespace everynode::objects {
namespace {

TEST(Labels, AreAMapThatSetReplacesIn) {
  Labels labels{{"b", "2"}, {"a", "1"}, {"c", "3"}};
  labels.set("b", "4");
  EXPECT_EQ(labels.get("a"), "1");
  EXPECT_EQ(labels.get("b"), "4");
  EXPECT_EQ(labels.find("d"), nullptr);
  EXPECT_EQ(labels.get("d"), "");
  EXPECT_EQ(labels, (Labels{{"a", "1"}, {"b", "4"}, {"c", "3"}}));
}

TEST(LabelSelector, AndsItsRequirements) {
  const Labels labels{{"app", "agent"}, {"empty", ""}};
  const std::vector<std::pair<LabelSelectorRequirement, bool>> cases{
      {{"app", "In", {"agent", "other"}}, true},
      {{"app", "In", {"other"}}, false},
      {{"app", "In", {}}, false},
      {{"none", "In", {""}}, false},
      {{"empty", "In", {""}}, true},
      {{"app", "NotIn", {"other"}}, true},
      {{"app", "NotIn", {"agent"}}, false},
      {{"none", "NotIn", {"x"}}, true},
      {{"app", "Exists", {}}, true},
      {{"none", "Exists", {}}, false},
      {{"none", "DoesNotExist", {}}, true},
      {{"app", "DoesNotExist", {}}, false},
      {{"app", "Like", {"agent"}}, false},
  };
  for (const auto& [requirement, matching] : cases) {
    const std::string name = requirement.key + " " + requirement.op;
    EXPECT_EQ(matches(LabelSelector{{requirement}}, labels), matching) << name;
    EXPECT_EQ(matches(LabelSelector{{{"app", "Exists", {}}, requirement}}, labels), matching) << name;
    EXPECT_FALSE(matches(LabelSelector{{requirement, {"app", "DoesNotExist", {}}}}, labels)) << name;
  }
  EXPECT_TRUE(matches(LabelSelector{}, labels));
}

TEST(LabelSelector, IsWrittenAsAQueryHasIt) {
  const LabelSelector selector{.requirements = {{.key = "app", .op = "In", .values = {"agent"}},
                                                {.key = "tier", .op = "NotIn", .values = {"a", "b"}},
                                                {.key = "x", .op = "Exists", .values = {}},
                                                {.key = "example.com/y", .op = "DoesNotExist", .values = {}}}};
  EXPECT_EQ(to_text(selector), "app in (agent),tier notin (a,b),x,!example.com/y");
  EXPECT_EQ(to_text(LabelSelector()), "");
}

}  // namespace
}  // namespace everynode::objects
