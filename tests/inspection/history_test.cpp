// The revisions of a DaemonSet, for programs and for the page.
#include "everynode/inspection/history.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "builders.hpp"

namespace everynode::inspection {
namespace {

constexpr std::string_view old_data =
    R"({"spec":{"template":{"$patch":"replace","metadata":{"labels":{"app":"agent"}},"spec":{"x":1}}}})";

TEST(History, HasTheDaemonSetsOwnRevisionsInTheirOrder) {
  const objects::DaemonSet set = support::daemon_set();
  objects::ControllerRevision foreign = support::revision("foreign", 9, "{}");
  foreign.controller = objects::ControllerRef{.kind = "DaemonSet", .name = "agent", .uid = "other"};
  const History history = history_of(set, {{support::revision("new", 2, set.revision_data), ""},
                                           {foreign, ""},
                                           {support::revision("old", 1, std::string(old_data)), "because"}});
  ASSERT_EQ(history.revisions.size(), 2U);
  EXPECT_EQ(history.revisions[0].object.name, "agent-old");
  EXPECT_EQ(history.revisions[0].change_cause, "because");
  EXPECT_EQ(history.current, "agent-new");
}

TEST(History, ShowsTemplatesWithoutTheMarkThatMakesAPatchOfThem) {
  const Revision revision{.object = support::revision("old", 1, std::string(old_data)), .change_cause = {}};
  EXPECT_EQ(template_of(revision).dump(), R"({"metadata":{"labels":{"app":"agent"}},"spec":{"x":1}})");
  for (const std::string data : {"", "[]", "{}", R"({"spec":[]})", R"({"spec":{"template":null}})"}) {
    EXPECT_TRUE(template_of({.object = support::revision("old", 1, data), .change_cause = {}}).is_null()) << data;
  }
}

TEST(History, MarksWhatAPolicyRemembers) {
  const Revision old{.object = support::revision("old", 1, std::string(old_data)), .change_cause = {}};
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
