// The revisions of a DaemonSet, for programs and for the page.
#include "everynode/inspection/history.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "builders.hpp"

namespace everynode::inspection {
namespace {

constexpr std::string_view old_data =
    R"({"spec":{"template":{"$patch":"replace","metadata":{"labels":{"app":"agent"}},"spec":{"x":1}}}})";

TEST(History, HasTheDaemonSetsOwnRevisionsInTheirOrder) {
  const objects::DaemonSet set = support::daemon_set();
  objects::ControllerRevision foreign = support::revision("foreign", 9, "{}");
  foreign.controller = objects::ControllerRef{.kind = "DaemonSet", .name = "agent", .uid = "other"};
  objects::ControllerRevision old = support::revision("old", 1, std::string(old_data));
  old.change_cause = "because";
  const auto latest = support::revision("new", 2, set.revision_data);
  const std::vector<const objects::ControllerRevision*> found{&latest, &foreign, &old};
  const History history = history_of(set, found);
  ASSERT_EQ(history.revisions.size(), 2U);
  EXPECT_EQ(history.revisions[0].name, "agent-old");
  EXPECT_EQ(history.revisions[0].change_cause, "because");
  EXPECT_EQ(history.current, "agent-new");
}

TEST(History, ShowsTemplatesWithoutTheMarkThatMakesAPatchOfThem) {
  const auto revision = support::revision("old", 1, std::string(old_data));
  EXPECT_EQ(template_of(revision).dump(), R"({"metadata":{"labels":{"app":"agent"}},"spec":{"x":1}})");
  for (const std::string data : {"", "[]", "{}", R"({"spec":[]})", R"({"spec":{"template":null}})"}) {
    EXPECT_TRUE(template_of(support::revision("old", 1, data)).is_null()) << data;
  }
}

TEST(History, MarksWhatAPolicyRemembers) {
  const auto old = support::revision("old", 1, std::string(old_data));
  const History history{.revisions = {old}, .current = "agent-new"};
  objects::DaemonSetRollout known;
  known.last_complete_revision = "agent-old";
  known.failed_revisions = {{.revision = "agent-old", .generation = 1, .message = "too many"}};
  const auto told = show(history, old, &known);
  EXPECT_EQ(told["current"], false);
  EXPECT_EQ(told["lastComplete"], true);
  EXPECT_EQ(told["failed"], "too many");
  EXPECT_FALSE(show(history, old, nullptr).contains("failed"));
}

}  // namespace
}  // namespace everynode::inspection
