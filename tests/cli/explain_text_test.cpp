#include "cli/explain_text.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace everynode::cli {
namespace {

using daemonset::NodeState;

daemonset::NodeReport node(std::string name, NodeState state, std::string why = {}) {
  return {.node = std::move(name), .state = state, .pod = "p", .why = std::move(why)};
}

inspection::Inspection inspection_of(const Nodes& nodes) {
  inspection::Inspection inspection;
  inspection.daemon_set.namespace_ = "home";
  inspection.daemon_set.name = "agent";
  inspection.report.nodes = nodes;
  for (const auto& one : nodes) ++inspection.report.counts[static_cast<std::size_t>(one.state)];
  inspection.report.desired = static_cast<std::int64_t>(nodes.size());
  inspection.report.counters.desired_number_scheduled = inspection.report.desired;
  inspection.report.unavailable = static_cast<std::int64_t>(inspection.report.count(NodeState::missing));
  return inspection;
}

TEST(NodeTable, HasColumns) {
  const Nodes nodes{node("worker-1", NodeState::missing, "no"), node("w", NodeState::updated)};
  const NodeTable table(nodes, false, false);
  EXPECT_EQ(table.heads() + table.row(nodes[0]) + table.row(nodes[1]),
            "NODE      STATE         POD  WHY\n"
            "worker-1  missing       p    no\n"
            "w         updated       p\n");
  const NodeTable wide(nodes, true, false);
  EXPECT_EQ(wide.heads() + wide.row(nodes[0]),
            "NODE      STATE         TROUBLE        POD  WHY\n"
            "worker-1  missing       none           p    no\n");
}

TEST(NodeTable, HasColoursAndNothingElseThatATerminalObeys) {
  auto bad = node("n", NodeState::updated, "a\x1b[2J\x9bz\r");
  const NodeTable plain({bad}, false, false);
  EXPECT_FALSE(plain.row(bad).contains('\x1b')) << plain.row(bad);
  const std::string row = NodeTable({bad}, false, true).row(bad);
  EXPECT_TRUE(row.contains("\x1b[32mupdated       \x1b[0m")) << row;
  EXPECT_EQ(std::ranges::count(row, '\x1b'), 2) << row;
  bad.trouble = daemonset::Trouble::failing;
  EXPECT_TRUE(NodeTable({bad}, false, true).row(bad).contains("\x1b[31mupdated"));
}

TEST(ExplainJson, TellsOfRefusalsAndTrials) {
  auto inspection = inspection_of({node("n1", NodeState::missing)});
  inspection.refusal = daemonset::Refusal{.words = "no\x1b", .at = objects::parse_time("2026-01-01T00:00:01Z")};
  inspection.unseen_events = "may not";
  const std::string text =
      explain_json(inspection, inspection.report.nodes,
                   TriedPod{.node = "n1", .trial = {.taken = false, .refusal = "403", .changes = {}, .warnings = {}}});
  EXPECT_FALSE(text.contains('\x1b')) << text;
  const auto json = nlohmann::json::parse(text);
  EXPECT_EQ(json["refusal"], nlohmann::json::parse(R"({"message":"no\u001b","lastTime":"2026-01-01T00:00:01Z"})"));
  EXPECT_EQ(json["unseenEvents"], "may not");
  EXPECT_EQ(json["try"],
            nlohmann::json::parse(R"({"node":"n1","taken":false,"refusal":"403","changes":[],"warnings":[]})"));
  EXPECT_EQ(nlohmann::json::parse(explain_json({inspection, inspection}))["daemonSets"].size(), 2U);
  const std::string line = rollout_json(inspection);
  EXPECT_FALSE(line.contains('\n'));
  EXPECT_EQ(nlohmann::json::parse(line)["waitsFor"], "n1: missing");
}

TEST(TrialText, SaysWhatTheServerSaid) {
  EXPECT_EQ(
      trial_text({.node = "n", .trial = {.taken = false, .refusal = "403: no\x1b", .changes = {}, .warnings = {}}}),
      "the API server refuses a pod for n: 403: no\\u001b\n");
  EXPECT_EQ(
      trial_text({.node = "n", .trial = {.taken = true, .refusal = {}, .changes = {"add /x 1"}, .warnings = {"w"}}}),
      "the API server would take a pod for n; it and its webhooks would change:\n  add /x 1\nwarning: w\n");
}

inspection::Trial trial_with_overlays(bool taken) {
  inspection::AdmittedState pod;
  pod.fields = {{.place = "containers[c].image", .value = "\"i:2\"", .overlay = "big", .how = {}, .over = {}}};
  pod.candidates = {
      {.overlay = "wrong", .priority = 0, .standing = inspection::Standing::left_out, .reason = "no such container"}};
  return {.taken = taken, .refusal = "403", .changes = {}, .warnings = {}, .admitted = std::move(pod)};
}

TEST(TrialText, SaysWhichOverlaysAreInThePodAndWhichAreLeftOut) {
  inspection::Trial trial = trial_with_overlays(true);
  trial.admitted->overlays = "big@x";
  EXPECT_EQ(trial_text({.node = "n", .trial = trial}),
            "the API server would take a pod for n\n"
            "overlays in it: big@x\n"
            "  containers[c].image = \"i:2\" by big\n"
            "overlay wrong is left out: no such container\n");
  trial.warnings = {"everynode: overlay wrong is not in this pod: no such container"};
  EXPECT_FALSE(trial_text({.node = "n", .trial = trial}).contains("left out")) << "the warning says so";
}

TEST(TrialText, SaysThatAPodWouldLackOverlays) {
  inspection::Trial trial = trial_with_overlays(true);
  trial.admitted->difference = "overlay big is not in it";
  EXPECT_TRUE(trial_text({.node = "n", .trial = trial})
                  .contains("overlay big is not in it: no webhook of Everynode that has overlays saw it"));
}

TEST(TrialText, SaysWhatOverlaysWantInAPodThatIsRefused) {
  EXPECT_EQ(trial_text({.node = "n", .trial = trial_with_overlays(false)}),
            "the API server refuses a pod for n: 403\n"
            "overlays want the following in it, which may be why:\n"
            "  containers[c].image = \"i:2\" by big\n");
  const auto json = nlohmann::json::parse(
      explain_json(inspection_of({}), {}, TriedPod{.node = "n", .trial = trial_with_overlays(false)}));
  EXPECT_EQ(json["try"]["admission"]["fields"][0]["value"], "i:2");
}

TEST(ChangedNodes, AreThoseOfWhichSomethingElseIsToBeSaid) {
  const Nodes before{node("a", NodeState::starting, "ready, counts as available in 6 s"),
                     node("b", NodeState::failing, "failed; replaced in 9 s"), node("c", NodeState::updated)};
  Nodes now = before;
  now[0].why = "ready, counts as available in 5 s";
  now[1].why = "failed; replaced in 10 s";
  EXPECT_TRUE(changed_nodes(before, now).empty()) << "a countdown is nothing new";
  now[0].why = "in 6 pieces";
  now[2].pod = "q";
  now.push_back(node("d", NodeState::missing));
  const Nodes changed = changed_nodes(before, now);
  ASSERT_EQ(changed.size(), 3U);
  EXPECT_EQ(changed[0].node + changed[1].node + changed[2].node, "acd");
}

TEST(DaemonSetTable, HasALineForEach) {
  const auto inspection = inspection_of({node("n1", NodeState::updated), node("n2", NodeState::missing, "no")});
  const Columns columns = daemon_set_columns({inspection}, true);
  EXPECT_EQ(columns.heads() + columns.line(daemon_set_row(inspection, true)),
            "NAMESPACE  NAME   NODES  UPDATED  AVAILABLE  STATES                WHY\n"
            "home       agent  2      1        1          1 updated, 1 missing  n2: missing, no\n");
}

}  // namespace
}  // namespace everynode::cli
