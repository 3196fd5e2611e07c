#include "cli/explain.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace everynode::cli {
namespace {

using daemonset::NodeState;

daemonset::Report report_of(const std::vector<NodeState>& states) {
  daemonset::Report report;
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

TEST(RolloutView, ShowsTroubleAsFailing) {
  auto report = report_of({NodeState::updated, NodeState::starting, NodeState::outdated});
  EXPECT_EQ(first_trouble(report), "n: starting");
  report.nodes[2].trouble = daemonset::Trouble::failing;
  report.nodes[2].why = "container agent: CrashLoopBackOff";
  EXPECT_EQ(node_map(report, 80, 100), "#~x\n");
  EXPECT_EQ(first_trouble(report), "n: outdated, container agent: CrashLoopBackOff");
  report.nodes[1].trouble = daemonset::Trouble::not_ready;
  EXPECT_EQ(first_trouble(report), "n: starting; and 1 more in trouble");
}

TEST(Explanation, DoesNotSayTheSameOfThousandsOfNodes) {
  auto report = report_of(std::vector<NodeState>(5000, NodeState::outdated));
  report.nodes[4000].why = "another reason";
  report.nodes[17].state = NodeState::updated;
  const auto told = telling(report);
  ASSERT_EQ(told.size(), 4U);
  EXPECT_EQ(told.back().why, "another reason");
}

TEST(RolloutView, IsCompactForFiveThousandNodes) {
  const auto report = report_of(std::vector<NodeState>(5000, NodeState::updated));
  const std::string map = node_map(report, 80, 80 * 18);
  EXPECT_LE(std::ranges::count(map, '\n'), 18);
  EXPECT_EQ(std::ranges::count(map, '#'), 1250) << "a cell for four nodes";
}

TEST(RolloutView, ShowsTheWorstOfManyNodes) {
  const auto report = report_of({NodeState::updated, NodeState::starting, NodeState::failing, NodeState::not_eligible});
  EXPECT_EQ(node_map(report, 80, 2), "~x\n");
}

}  // namespace
}  // namespace everynode::cli
