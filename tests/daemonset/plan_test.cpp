// The order of a sync: sections 0, 8, 11 and 12 of the requirements.
#include "everynode/daemonset/plan.hpp"

#include <gtest/gtest.h>

#include "builders.hpp"

namespace everynode::daemonset {
namespace {

using support::at;
using support::pod;
using support::revision;
using support::Scene;

const std::string old_data = R"({"spec":{"template":{"$patch":"replace"}}})";

/// "manage: create a pod for node n1", and " + status" if it is to be written.
std::string planned(const Scene& scene) {
  const Plan p = plan(scene.snapshot(), at(100));
  const std::string actions = support::to_text(p.actions);
  return std::string(name_of(p.stage)) + (actions.empty() ? "" : ": ") + actions + (p.status ? " + status" : "");
}

objects::DaemonPod orphan(std::string_view name, std::string_view node = "n1") {
  objects::DaemonPod found = pod(name, node);
  found.controller.reset();
  return found;
}

void apply(const StatusChange& change, objects::DaemonSet& set) {
  set.status = change.counters;
  for (const objects::Condition& condition : change.conditions) {
    std::erase_if(set.conditions, [&](const objects::Condition& one) { return one.type == condition.type; });
    set.conditions.push_back(condition);
  }
  for (const std::string& type : change.removed) {
    std::erase_if(set.conditions, [&](const objects::Condition& one) { return one.type == type; });
  }
}

/// Gives the scene the right status.
Scene& settle(Scene& scene) {
  if (const auto status = plan(scene.snapshot(), at(100)).status) apply(*status, scene.set);
  return scene;
}

TEST(Plan, GoesThroughItsStages) {  // requirement 0.4
  Scene scene;
  scene.set.strategy.max_unavailable.value = 1;
  EXPECT_TRUE(planned(scene).starts_with("history: create revision 1"));
  scene.with_current_revision().on("n1");
  EXPECT_EQ(planned(scene), "manage: create a pod for node n1 + status");
  Scene rolling;
  rolling.with_current_revision().on("n1", {pod("p", "n1", "old")});
  EXPECT_EQ(planned(rolling), "rollout: delete pod p of node n1: outdated + status");
  Scene cleaning;
  cleaning.set.revision_history_limit = 0;
  cleaning.history(revision("old", 1, old_data)).history(revision("new", 2, cleaning.set.revision_data));
  cleaning.on("n1", {pod("p", "n1")});
  EXPECT_EQ(planned(cleaning), "clean up: delete revision agent-old + status");
  Scene quiet;
  quiet.with_current_revision().on("n1", {pod("p", "n1")});
  EXPECT_EQ(planned(quiet), "quiet + status");
  EXPECT_EQ(planned(settle(quiet)), "quiet");
}

TEST(Plan, RollsAndCleansOnlyWhatNeedsNoManagement) {  // requirements 0.5 and 9.9
  Scene scene;
  scene.set.revision_history_limit = 0;
  scene.set.strategy.max_unavailable.value = 2;
  scene.history(revision("older", 1, old_data)).history(revision("new", 2, scene.set.revision_data));
  scene.on("n1", {pod("p", "n1", "old")}).on("n2");
  EXPECT_EQ(planned(scene), "manage: create a pod for node n2 + status");
}

/// Else pods that go one after the other would let none of the others go.
TEST(Plan, RollsByAPolicyBesidePodsThatAreCreated) {
  Scene scene;
  scene.policy.emplace().max_unavailable = {.value = 2, .percent = false};
  scene.history(revision("older", 1, old_data)).history(revision("new", 2, scene.set.revision_data));
  scene.on("n1", {pod("p", "n1", "old")}).on("n2").on("n3", {pod("q", "n3", "old")});
  scene.places.resize(3);
  EXPECT_EQ(planned(scene), "rollout: create a pod for node n2; delete pod p of node n1: outdated + status");
  EXPECT_EQ(plan(scene.snapshot(), at(100)).creations, 1U);
  scene.policy->paused = true;
  EXPECT_EQ(planned(scene), "manage: create a pod for node n2 + status");
}

TEST(Plan, RollsNoPodsOfTheSameGenerationWhenOnlyTheBytesDiffer) {  // requirements 9.2 and 9.11
  Scene scene;
  auto made = pod("agent-p2345", "n1", "older");
  made.labels.set(objects::template_generation_label, "1");
  scene.with_current_revision().history(revision("older", 0, old_data)).on("n1", {made});
  EXPECT_EQ(planned(scene), "quiet + status");
}

TEST(Plan, TakesPodsFromNodesThatAreNoLongerEligibleWhateverTheBudget) {  // requirement 10.10
  Scene scene;
  scene.set.strategy.max_unavailable.value = 1;
  const objects::Placement nowhere{
      .should_run = false, .should_continue = false, .misfit = objects::Misfit::node_selector};
  scene.with_current_revision().on("n1").on("n2", nowhere, {pod("p", "n2")}).on("n3", nowhere, {pod("q", "n3", "old")});
  EXPECT_EQ(planned(scene),
            "manage: create a pod for node n1; delete pod p of node n2: not eligible; delete pod q of node n3: not "
            "eligible + status");
}

TEST(Plan, TellsByConditionsOrWithdrawsThem) {
  Scene scene;
  scene.with_current_revision().on("n1", {pod("p", "n1")});
  ASSERT_EQ(plan(scene.snapshot(), at(100)).status->conditions.size(), 2U);
  settle(scene);
  EXPECT_FALSE(plan(scene.snapshot(), at(200)).status) << "time alone changes nothing";
  const auto withdrawn = plan(scene.snapshot(), at(100), WriteConditions::no).status;
  ASSERT_TRUE(withdrawn);
  EXPECT_EQ(withdrawn->removed, (std::vector<std::string>{"Progressing", "Degraded"}));
  apply(*withdrawn, scene.set);
  EXPECT_FALSE(plan(scene.snapshot(), at(100), WriteConditions::no).status);
}

TEST(Plan, WritesTheStatusOnlyIfItDiffers) {  // requirement 11.3
  Scene scene;
  scene.with_current_revision().on("n1", {pod("p", "n1")});
  settle(scene);
  scene.set.generation = 2;
  EXPECT_EQ(planned(scene), "quiet + status") << "the generation has been seen";
  EXPECT_EQ(planned(settle(scene)), "quiet");
  scene.set.status.number_ready = 5;
  EXPECT_EQ(planned(scene), "quiet + status");
}

TEST(Plan, LeavesOutTheStatusWhereActionsWillChangeIt) {
  const auto told = [](const Scene& scene) {
    const Plan made = plan(scene.snapshot(), at(100), WriteConditions::yes, StatusWanted::without_actions);
    return std::pair(made.actions.size(), made.status.has_value());
  };
  Scene scene;
  scene.with_current_revision().on("n1");
  EXPECT_EQ(told(scene), std::pair(std::size_t{1}, false));
  Scene done;
  done.with_current_revision().on("n1", {pod("p", "n1")});
  EXPECT_EQ(told(done), std::pair(std::size_t{0}, true));
}

TEST(Plan, DoesNothingForADaemonSetThatIsBeingDeleted) {  // requirement 12.2
  Scene scene;
  scene.set.terminating = true;
  auto stray = pod("s", "n1");
  stray.labels = {};
  scene.on("n1").on("n2", {}, {pod("p", "n2")}).orphan(orphan("q")).stray(stray);
  EXPECT_EQ(planned(scene), "ignore");
}

TEST(Plan, DoesNothingForASelectorThatSelectsEverything) {  // requirement 11.4
  Scene scene;
  scene.set.selector = {};
  scene.on("n1").stray(pod("p", "n1")).orphan(orphan("q"));
  EXPECT_EQ(planned(scene), "ignore");
}

TEST(Plan, AdoptsAndReleasesPods) {  // requirement 8.2
  Scene scene;
  scene.with_current_revision();
  auto stray = pod("stray", "n1");
  stray.labels = {{"app", "other"}};
  auto going = orphan("going");
  going.terminating = true;
  auto other = orphan("other");
  other.labels = {{"app", "other"}};
  scene.stray(stray).orphan(orphan("ours")).orphan(going).orphan(other);
  EXPECT_EQ(planned(scene), "claim: adopt pod ours; release pod stray");
}

TEST(Plan, KnowsAllItsPodsBeforeADuplicateRevisionGoes) {  // requirements 8.2 and 9.7
  Scene scene;
  scene.history(revision("first", 1, scene.set.revision_data)).history(revision("second", 2, scene.set.revision_data));
  auto labelled = orphan("p");
  labelled.labels.set(objects::revision_hash_label, "first");
  scene.on("n1").orphan(labelled);
  EXPECT_EQ(planned(scene), "claim: adopt pod p");
}

TEST(Plan, ComesAgainAtTheEarliestTime) {  // requirement 1.11
  Scene scene;
  scene.set.min_ready_seconds = 30;
  scene.set.strategy.max_unavailable.value = 0;
  auto ready = pod("p", "n1");
  ready.ready_since = at(90);
  auto failed = pod("q", "n2");
  failed.phase = objects::PodPhase::failed;
  failed.ready = false;
  scene.with_current_revision().on("n1", {ready}).on("n2", {failed});
  scene.backoff.replaced("n2", "new", at(99.5));
  EXPECT_EQ(plan(scene.snapshot(), at(100)).again_at, at(100.5));
  EXPECT_EQ(plan(scene.snapshot(), at(110)).again_at, at(120));
}

TEST(Plan, IsTheSameForTheSameSnapshot) {
  Scene scene;
  scene.with_current_revision().on("n1").on("n2", {pod("p", "n2"), pod("q", "n2")});
  EXPECT_EQ(plan(scene.snapshot(), at(1)).actions, plan(scene.snapshot(), at(1)).actions);
}

TEST(Claim, GoesByUidAndSelector) {  // requirements 8.1, 8.2 and 12.3
  const objects::DaemonSet set = support::daemon_set();
  const objects::Labels ours{{"app", "agent"}, {"more", "x"}};
  const objects::Labels others{{"app", "other"}};
  const objects::ControllerRef own{.kind = "DaemonSet", .name = "agent", .uid = "ds-1"};
  const objects::ControllerRef before{.kind = "DaemonSet", .name = "agent", .uid = "ds-0"};
  EXPECT_EQ(claim_of(set, own, ours), Claim::own);
  EXPECT_EQ(claim_of(set, own, others), Claim::stray);
  EXPECT_EQ(claim_of(set, before, ours), Claim::foreign);
  EXPECT_EQ(claim_of(set, {}, ours), Claim::orphan);
  EXPECT_EQ(claim_of(set, {}, others), Claim::foreign);
  EXPECT_EQ(claim_of(set, {}, {}), Claim::foreign);
}

}  // namespace
}  // namespace everynode::daemonset
