#include "everynode/daemonset/changes.hpp"

#include <gtest/gtest.h>

namespace everynode::daemonset {
namespace {

using Lines = std::vector<std::string>;

TEST(Changes, AreWhatAWebhookDidAndNotWhatTheServerNotes) {
  EXPECT_EQ(changes_of(R"({"metadata":{"name":"p"},"spec":{"tolerations":[{"key":"a"}]}})",
                       R"({"metadata":{"name":"p","uid":"u","managedFields":[{}],"creationTimestamp":"T"},
                           "spec":{"tolerations":[{"key":"a"},{"key":"b"}],"priority":5},"status":{"phase":"Pending"}})"),
            (Lines{R"(add /spec/tolerations/- {"key":"b"})", "add /spec/priority 5"}));
  EXPECT_EQ(changes_of(R"({"spec":{"a":1}})", R"({"spec":{"a":2}})"), Lines{"replace /spec/a 2"});
  EXPECT_EQ(changes_of(R"({"spec":{"a":1}})", R"({"spec":{}})"), Lines{"remove /spec/a"});
  EXPECT_EQ(changes_of("{}", R"({"metadata":{}})"), Lines{"add /metadata {}"});
}

TEST(Changes, AreOneLineEachAndNotEndless) {
  const auto lines = changes_of("{}", R"({"spec":{"text":")" + std::string(5000, 'x') + "\\n\"}}");
  ASSERT_TRUE(lines);
  ASSERT_EQ(lines->size(), 1U);
  EXPECT_LT(lines->front().size(), 400U);
  EXPECT_FALSE(lines->front().contains('\n'));
}

TEST(Changes, OfWhatIsNoObjectAreAnError) {
  EXPECT_FALSE(changes_of("{}", "<html>"));
  EXPECT_FALSE(changes_of("{}", "[]"));
}

}  // namespace
}  // namespace everynode::daemonset
