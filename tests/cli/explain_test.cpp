#include "cli/explain.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "cli/rollout_text.hpp"
#include "everynode/inspection/waits.hpp"

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
  EXPECT_EQ(inspection::first_trouble(report), "n: starting");
  report.nodes[2].trouble = daemonset::Trouble::failing;
  report.in_trouble = 1;
  report.nodes[2].why = "container agent: CrashLoopBackOff";
  EXPECT_EQ(node_map(report, 80, 100), "#~x\n");
  EXPECT_EQ(inspection::first_trouble(report), "n: outdated, container agent: CrashLoopBackOff");
  report.nodes[1].trouble = daemonset::Trouble::not_ready;
  report.in_trouble = 2;
  EXPECT_EQ(inspection::first_trouble(report), "n: starting; and 1 more in trouble");
}

inspection::Inspection inspection_of(std::vector<NodeState> states, bool rolling) {
  inspection::Inspection inspection;
  inspection.report = report_of(states);
  for (std::size_t i = 0; i < states.size(); ++i) {
    inspection.report.nodes[i].node = "n" + std::to_string(i);
    inspection.report.nodes[i].pod = "p" + std::to_string(i);
  }
  inspection.report.counters.desired_number_scheduled = static_cast<std::int64_t>(states.size());
  inspection.report.counters.updated_number_scheduled =
      static_cast<std::int64_t>(inspection.report.count(NodeState::updated));
  inspection.report.counters.number_available = inspection.report.counters.updated_number_scheduled;
  inspection.daemon_set.generation = 2;
  inspection.daemon_set.status = inspection.report.counters;
  inspection.daemon_set.status.observed_generation = 2;
  inspection.daemon_set.strategy.rolling = rolling;
  return inspection;
}

TEST(RolloutWatch, SaysWhoMustDeleteWhat) {
  EXPECT_EQ(waits_for(inspection_of({NodeState::updated, NodeState::outdated}, false)),
            "updateStrategy OnDelete: waits for somebody to delete the pod of 1 node: n1 (p1)");
  EXPECT_EQ(
      waits_for(inspection_of(std::vector<NodeState>(5, NodeState::outdated), false)),
      "updateStrategy OnDelete: waits for somebody to delete the pods of 5 nodes: n0 (p0), n1 (p1), n2 (p2) and 2 "
      "more");
  EXPECT_EQ(waits_for(inspection_of({NodeState::outdated, NodeState::starting}, false)), "n1: starting")
      << "nobody is waited for as long as something goes on";
}

TEST(RolloutWatch, EndsWhenStatusAndPodsAgree) {
  auto inspection = inspection_of({NodeState::updated, NodeState::updated}, true);
  EXPECT_TRUE(inspection.rolled_out());
  EXPECT_EQ(waits_for(inspection), "");
  inspection.daemon_set.status.observed_generation = 1;
  EXPECT_FALSE(inspection.rolled_out());
  EXPECT_EQ(waits_for(inspection), "the controller has not seen this generation of the DaemonSet yet");
  inspection.daemon_set.status.observed_generation = 2;
  inspection.daemon_set.status.number_available = 1;
  EXPECT_EQ(waits_for(inspection), "the status says that of 2 pods 2 are updated and 1 are available");
  inspection = inspection_of({NodeState::updated, NodeState::outdated}, true);
  inspection.daemon_set.status.updated_number_scheduled = 2;
  inspection.daemon_set.status.number_available = 2;
  EXPECT_FALSE(inspection.rolled_out()) << "the status lags behind the pods";
}

TEST(RolloutWatch, ShowsTheWholeReasonOnATerminal) {
  EXPECT_EQ(in_lines("12345678", 4), "1234\n5678\n");
  EXPECT_EQ(in_lines("123\xc3\xa4", 4), "123\n\xc3\xa4\n");
  EXPECT_EQ(in_lines("", 4), "\n");
}

/// The next picture is drawn over as many lines as this one has.
TEST(RolloutWatch, DrawsNoLineThatTheTerminalWouldBreak) {
  auto inspection = inspection_of(std::vector<NodeState>(200, NodeState::updated), true);
  inspection.daemon_set.namespace_ = std::string(63, 'n');
  inspection.daemon_set.name = std::string(63, 'd');
  for (const std::size_t columns : std::vector<std::size_t>{20, 40, 80, 97, 98, 200}) {
    std::istringstream picture(picture_of(inspection, {.columns = columns, .rows = 24}, false));
    for (std::string line; std::getline(picture, line);) EXPECT_LE(line.size(), columns) << line;
  }
}

TEST(RolloutWatch, TellsTheAgeOfWhatIsShown) {
  EXPECT_EQ(age_in_words(std::chrono::milliseconds(12900)), "seen 12 s ago");
}

TEST(Explanation, DoesNotSayTheSameOfThousandsOfNodes) {
  auto report = report_of(std::vector<NodeState>(5000, NodeState::outdated));
  report.nodes[4000].why = "another reason";
  report.nodes[17].state = NodeState::updated;
  const auto told = notable(report);
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
