#include "everynode/app/explain.hpp"

#include <gtest/gtest.h>

namespace everynode::app {
namespace {

using core::NodeState;

core::Report report_of(const std::vector<NodeState>& states) {
  core::Report report;
  for (const NodeState state : states) {
    report.nodes.push_back({.node = "n", .state = state, .pod = {}, .why = {}});
    ++report.counts[static_cast<std::size_t>(state)];
  }
  return report;
}

TEST(RolloutView, SumsUp) {
  EXPECT_EQ(summary(report_of({})), "no nodes");
  EXPECT_EQ(summary(report_of({NodeState::updated, NodeState::outdated, NodeState::updated})), "2 updated, 1 outdated");
}

TEST(RolloutView, DrawsABar) {
  EXPECT_EQ(progress_bar(0, 4, 8), "[........]");
  EXPECT_EQ(progress_bar(1, 4, 8), "[##......]");
  EXPECT_EQ(progress_bar(4, 4, 8), "[########]");
  EXPECT_EQ(progress_bar(0, 0, 8), "[########]");
}

TEST(RolloutView, DrawsACellForEachNode) {
  const auto report = report_of({NodeState::updated, NodeState::starting, NodeState::failing, NodeState::not_eligible});
  EXPECT_EQ(node_map(report, 80, 100), "#~x.\n");
  EXPECT_EQ(node_map(report, 2, 100), "#~\nx.\n");
}

TEST(RolloutView, ShowsTheWorstOfManyNodes) {
  const auto report = report_of({NodeState::updated, NodeState::starting, NodeState::failing, NodeState::not_eligible});
  EXPECT_EQ(node_map(report, 80, 2), "~x\n");
}

}  // namespace
}  // namespace everynode::app
