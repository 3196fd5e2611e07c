#include "everynode/daemonset/undo.hpp"

#include <gtest/gtest.h>

#include "builders.hpp"

namespace everynode::daemonset {
namespace {

using support::revision;

using Pointers = std::vector<const objects::ControllerRevision*>;

Pointers pointers(const std::vector<objects::ControllerRevision>& revisions) {
  Pointers all;
  for (const auto& one : revisions) all.push_back(&one);
  return all;
}

// Requirement 15.2.
TEST(OwnHistory, HasWhatTheSelectorSelectsAndTheDaemonSetControls) {
  const auto set = support::daemon_set();
  std::vector<objects::ControllerRevision> revisions{revision("c", 3, "3"), revision("a", 1, "1"),
                                                     revision("foreign", 2, "2"), revision("other", 4, "4"),
                                                     revision("orphan", 5, "5")};
  revisions[2].controller = objects::ControllerRef{.kind = "DaemonSet", .name = "agent", .uid = "ds-0"};
  revisions[3].labels = {{"app", "other"}};
  revisions[4].controller = {};
  const auto all = pointers(revisions);
  const auto own = own_history(set, all);
  ASSERT_EQ(own.size(), 2U);
  EXPECT_EQ(own[0]->name + " " + own[1]->name, "agent-a agent-c") << "by their numbers";
}

// Requirement 15.3.
TEST(UndoTo, TakesTheOneBeforeTheNewestOrTheOneWithTheNumber) {
  const auto set = support::daemon_set();
  const std::vector revisions{revision("a", 1, "1"), revision("b", 4, "4"), revision("c", 7, set.revision_data)};
  const auto history = pointers(revisions);
  const auto before = undo_to(set, history, 0);
  ASSERT_TRUE(before);
  EXPECT_EQ(before->to->revision, 4);
  EXPECT_FALSE(before->is_current);
  EXPECT_EQ(undo_to(set, history, 1)->to->name, "agent-a");
  EXPECT_TRUE(undo_to(set, history, 7)->is_current);
}

// Requirement 15.3: the bytes are compared.
TEST(UndoTo, FindsTheTemplateAlsoUnderAnOlderNumber) {
  const auto set = support::daemon_set();
  const std::vector revisions{revision("a", 1, set.revision_data), revision("b", 2, "2")};
  EXPECT_TRUE(undo_to(set, pointers(revisions), 0)->is_current);
}

TEST(UndoTo, SaysInTheWordsOfKubectlThatThereIsNone) {
  const auto set = support::daemon_set();
  const std::vector revisions{revision("a", 1, "1")};
  EXPECT_EQ(undo_to(set, pointers(revisions), 0).error(), "no last revision to roll back to");
  EXPECT_EQ(undo_to(set, {}, 0).error(), "no last revision to roll back to");
  EXPECT_EQ(undo_to(set, pointers(revisions), 17).error(), "unable to find specified revision 17 in history");
}

}  // namespace
}  // namespace everynode::daemonset
