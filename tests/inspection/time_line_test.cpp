// When what happened of a rollout, as the objects tell it.
#include "everynode/inspection/time_line.hpp"

#include <gtest/gtest.h>

#include "builders.hpp"

namespace everynode::inspection {
namespace {

using support::at;
using support::pod;

std::string line_of(const support::Scene& scene, double seconds, const daemonset::Refusal* refusal = nullptr) {
  const daemonset::Snapshot snapshot = scene.snapshot();
  const daemonset::Situation situation(snapshot, "new", at(seconds));
  const objects::ControllerRevision* const revision = snapshot.revisions.empty() ? nullptr : snapshot.revisions[0];
  std::string text;
  for (const Moment& moment : time_line(situation, revision, refusal)) {
    text += objects::to_rfc3339(std::chrono::floor<std::chrono::seconds>(moment.at)).substr(11, 8) + " " + moment.what;
    text += "\n";
  }
  return text;
}

objects::DaemonPod made(std::string_view name, std::string_view node, double created, double ready) {
  objects::DaemonPod one = pod(name, node);
  one.created = at(created);
  one.ready = ready > created;
  one.ready_since = at(ready);
  return one;
}

support::Scene rolled() {
  support::Scene scene;
  objects::ControllerRevision revision = support::revision("new", 7, scene.set.revision_data);
  revision.created = at(0);
  scene.history(std::move(revision));
  return scene;
}

/// Wave canary with n1 and n2, which soaks for ten minutes, and the rest with n3.
support::Scene in_waves() {
  support::Scene waves = rolled();
  waves.policy.emplace();
  waves.policy->name = "network";
  objects::Wave canary;
  canary.name = "canary";
  canary.soak = std::chrono::minutes(10);
  waves.policy->waves = {canary};
  waves.places = {{.wave = 0, .part = {}}, {.wave = 0, .part = {}}, {.wave = 1, .part = {}}};
  return waves;
}

TEST(TimeLine, TellsWhenEachWaveBeganAndEnded) {
  support::Scene waves = in_waves();
  waves.on("n1", {made("a", "n1", 20, 30)}).on("n2", {made("b", "n2", 10, 60)}).on("n3", {pod("c", "n3", "old")});
  const std::string soon =
      "12:00:00 revision 7 was recorded\n"
      "12:00:10 wave canary: the first new pod was created\n"
      "12:01:00 wave canary: the last of 2 nodes had its new pod ready\n";
  EXPECT_EQ(line_of(waves, 100), soon + "12:11:00 wave canary: its soak will be over\n");
  EXPECT_EQ(line_of(waves, 660), soon + "12:11:00 wave canary: its soak was over\n") << "nothing of the rest yet";
}

TEST(TimeLine, TellsOfNoEndBeforeAllNodesOfAWaveHaveTheirPods) {
  support::Scene waves = in_waves();
  waves.on("n1", {made("a", "n1", 20, 30)}).on("n2", {made("b", "n2", 25, 0)}).on("n3");
  EXPECT_EQ(line_of(waves, 100),
            "12:00:00 revision 7 was recorded\n12:00:20 wave canary: the first new pod was created\n");
}

TEST(TimeLine, LeavesOutNodesThatAreDeferred) {
  support::Scene waves = in_waves();
  waves.on("n1", {made("a", "n1", 20, 30)}).on("n2", {pod("b", "n2", "old")}).that_is({.ready = false}).on("n3");
  EXPECT_TRUE(line_of(waves, 100).contains("the last of 1 node had its new pod ready"));
}

TEST(TimeLine, TellsSinceWhenNodesAreDeferredOrFailed) {
  support::Scene waves = in_waves();
  objects::DaemonPod crashing = made("a", "n1", 20, 0);
  crashing.stuck = true;
  crashing.trouble = "container c: CrashLoopBackOff";
  crashing.ready_since = at(50);
  waves.on("n1", {crashing});
  waves.on("n2", {pod("b", "n2", "old")}).that_is({.ready = false, .ready_changed = at(-60)});
  waves.on("n3", {pod("c", "n3", "old")});
  EXPECT_EQ(line_of(waves, 100),
            "11:59:00 node n2 became NotReady, and is deferred\n"
            "12:00:00 revision 7 was recorded\n"
            "12:00:20 wave canary: the first new pod was created\n"
            "12:00:50 node n1 has had no available new pod since then, and counts as failed: container c: "
            "CrashLoopBackOff\n");
}

TEST(TimeLine, DoesNotGuessSinceWhenANodeIsPutAside) {
  support::Scene waves = in_waves();
  waves.on("n1").on("n2", {pod("b", "n2", "old")}).that_is({.absence = objects::Absence::draining}).on("n3");
  EXPECT_EQ(line_of(waves, 100), "12:00:00 revision 7 was recorded\n");
}

TEST(TimeLine, HasARolloutWithoutAPolicy) {
  support::Scene scene = rolled();
  scene.on("n1", {made("a", "n1", 5, 9)}).on("n2", {made("b", "n2", 10, 12)});
  EXPECT_EQ(line_of(scene, 100),
            "12:00:00 revision 7 was recorded\n12:00:05 rollout: the first new pod was created\n"
            "12:00:12 rollout: the last of 2 nodes had its new pod ready\n");
}

TEST(TimeLine, QuotesConditionsAndTheApiServer) {
  support::Scene stuck = rolled();
  stuck.set.conditions = {
      {.type = "Degraded",
       .status = "True",
       .reason = "PodsNotCreated",
       .message = "<b>no</b>",
       .last_transition_time = "2026-11-24T12:00:30Z"},
      {.type = "Other", .status = "True", .reason = {}, .message = {}, .last_transition_time = "2026-11-24T12:00:31Z"},
      {.type = "Progressing", .status = "True", .reason = {}, .message = {}, .last_transition_time = "?"}};
  const daemonset::Refusal refusal{.words = "exceeded quota", .at = at(20)};
  EXPECT_EQ(line_of(stuck, 100, &refusal),
            "12:00:00 revision 7 was recorded\n12:00:20 the API server refused a pod: exceeded quota\n"
            "12:00:30 DaemonSet: Degraded True, PodsNotCreated, <b>no</b>\n");
}

TEST(TimeLine, IsEmptyWhereNothingIsTold) {
  support::Scene fresh;
  fresh.on("n1", {made("a", "n1", 5, 9)});
  const daemonset::Refusal undated{.words = "exceeded quota", .at = std::nullopt};
  EXPECT_EQ(line_of(fresh, 100, &undated), "") << "a revision that is not recorded, a refusal without a time";
}

}  // namespace
}  // namespace everynode::inspection
