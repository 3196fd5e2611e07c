#include "cli/rollout_history.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "builders.hpp"

namespace everynode::cli {
namespace {

using Json = nlohmann::json;

struct Told {
  objects::DaemonSet set = support::daemon_set();
  inspection::History history;
  objects::DaemonSetRollout known;

  Told() {
    for (int number = 1; number <= 3; ++number) {
      auto object = support::revision("r" + std::to_string(number), number, set.revision_data);
      object.created = support::at(number);
      object.change_cause = number == 2 ? "a\x1b[2J cause" : "";
      history.revisions.push_back(std::move(object));
    }
    history.current = "agent-r3";
    known.last_complete_revision = "agent-r2";
    known.failed_revisions = {{.revision = "agent-r1", .generation = 1, .message = "n1 crashed"}};
  }

  [[nodiscard]] HistoryText text() const { return {.daemon_set = set, .history = history, .known = &known}; }
};

TEST(RolloutHistory, ListsRevisionsAndWhatBecameOfThem) {
  const Told told;
  EXPECT_EQ(told.text().table(false),
            "daemonset.apps/agent\n"
            "REVISION  STATE          CHANGE-CAUSE\n"
            "1         failed         <none>\n"
            "2         last complete  a\\u001b[2J cause\n"
            "3         current        <none>\n");
  EXPECT_TRUE(told.text().table(true).contains("3         current        agent-r3  2026-11-24T12:00:03Z  <none>\n"))
      << told.text().table(true);
}

TEST(RolloutHistory, WithoutAPolicyKnowsOnlyWhichOneIsCurrent) {
  const Told told;
  const HistoryText text{.daemon_set = told.set, .history = told.history, .known = nullptr};
  EXPECT_TRUE(text.table(false).contains("1         -        <none>\n")) << text.table(false);
  EXPECT_TRUE(text.table(false).contains("3         current  <none>\n"));
}

TEST(RolloutHistory, MayBeEmpty) {
  const Told told;
  const inspection::History none;
  const HistoryText text{.daemon_set = told.set, .history = none, .known = nullptr};
  EXPECT_EQ(text.table(false), "daemonset.apps/agent\nNo rollout history found.\n");
}

TEST(RolloutHistory, ShowsTheTemplateOfOne) {
  const Told told;
  EXPECT_EQ(told.text().details(told.history.revisions[0]),
            "daemonset.apps/agent with revision #1\n"
            "State: failed\n"
            "Failed: n1 crashed\n"
            "Pod Template:\n"
            "metadata:\n  labels:\n    app: agent\nspec:\n  containers:\n  - image: i:1\n    name: c\n");
}

TEST(RolloutHistory, TellsProgramsTheSame) {
  const Told told;
  const Json all = Json::parse(told.text().json());
  ASSERT_EQ(all["revisions"].size(), 3U);
  EXPECT_EQ(all["revisions"][0]["failed"], "n1 crashed");
  EXPECT_EQ(all["revisions"][1]["changeCause"], "a\x1b[2J cause");
  EXPECT_TRUE(all["revisions"][1]["lastComplete"]);
  EXPECT_TRUE(all["revisions"][2]["current"]);
  const Json one = Json::parse(told.text().json(told.history.revisions[2]));
  EXPECT_EQ(one["template"], Json::parse(told.set.pod_template.json)) << "without the mark of a patch";
  EXPECT_FALSE(told.text().json().contains('\x1b'));
}

TEST(RolloutHistory, OutlivesARevisionThatIsNoTemplate) {
  Told told;
  told.history.revisions[0].data = "[]";
  EXPECT_EQ(Json::parse(told.text().json())["revisions"][0]["template"], nullptr);
}

}  // namespace
}  // namespace everynode::cli
