// What the reconciler may do for a DaemonSet, and what it does with that.
#include "everynode/daemonset/authority.hpp"

#include <gtest/gtest.h>

#include "builders.hpp"
#include "everynode/daemonset/plan.hpp"

namespace everynode::daemonset {
namespace {

using support::at;
using support::Scene;

objects::DaemonSet on_delete() {
  objects::DaemonSet set = support::daemon_set();
  set.strategy.rolling = false;
  return set;
}

TEST(Authority, IsFullInPlaceOfTheInTreeController) {
  const objects::RolloutPolicy policy;
  EXPECT_EQ(authority_of(Mode::takeover, support::daemon_set(), nullptr), Authority::full);
  EXPECT_EQ(authority_of(Mode::takeover, on_delete(), &policy), Authority::full);
  EXPECT_EQ(why_not_served(Mode::takeover, support::daemon_set()), "");
}

TEST(Authority, BesideItIsForOnDeleteWithAPolicyOnly) {
  const objects::RolloutPolicy policy;
  EXPECT_EQ(authority_of(Mode::companion, on_delete(), &policy), Authority::companion);
  EXPECT_EQ(authority_of(Mode::companion, on_delete(), nullptr), Authority::none);
  EXPECT_EQ(authority_of(Mode::companion, support::daemon_set(), &policy), Authority::none);
}

TEST(Authority, SaysWhyAPolicyCannotServe) {
  objects::DaemonSet set = support::daemon_set();
  EXPECT_EQ(
      why_not_served(Mode::companion, set),
      "agent has updateStrategy RollingUpdate, so the in-tree controller rolls it out itself: set OnDelete, or start "
      "everynode reconciler with --mode takeover");
  set.strategy.max_surge = {.value = 1, .percent = false};
  EXPECT_TRUE(why_not_served(Mode::companion, set).contains("RollingUpdate with maxSurge, so"));
}

/// A rollout in which everything else is to be done as well: a pod is missing, one is an orphan, the status is wrong.
Scene untidy(Authority authority) {
  Scene scene;
  scene.set = on_delete();
  scene.policy.emplace().name = "policy";
  scene.authority = authority;
  scene.history(support::revision("old", 1, "{}")).with_current_revision();
  scene.on("n1", {support::pod("p", "n1", "old")}).on("n2").on("n3", {support::pod("q", "n3", "old")});
  scene.places.resize(3);
  objects::DaemonPod orphan = support::pod("orphan", "n4", "old");
  orphan.controller.reset();
  return std::move(scene.orphan(orphan));
}

TEST(Companion, OnlyDeletesPodsOfOldRevisions) {
  Scene scene = untidy(Authority::companion);
  scene.policy->max_unavailable = {.value = 2, .percent = false};
  const Plan plan = daemonset::plan(scene.snapshot(), at(100));
  EXPECT_EQ(support::to_text(plan.actions), "delete pod p of node n1: outdated");
  EXPECT_FALSE(plan.status);
  ASSERT_TRUE(plan.rollout);
  EXPECT_EQ(plan.rollout->phase, "Rolling");
}

void let_it_go_back(Scene& scene) {
  scene.policy->failure = {.max_failed_nodes = {.value = 0, .percent = false}, .then = objects::AfterFailure::rollback};
  objects::DaemonSetRollout& known = scene.policy->status.daemon_sets.emplace_back();
  known.name = "agent";
  known.last_complete_revision = "agent-old";
  known.failed_revisions = {{.revision = "agent-new", .generation = scene.set.generation, .message = {}}};
}

TEST(Companion, PutsTheTemplateOfAFailedRevisionBack) {
  Scene scene = untidy(Authority::companion);
  let_it_go_back(scene);
  const Plan plan = daemonset::plan(scene.snapshot(), at(100));
  EXPECT_EQ(plan.stage, Stage::go_back);
  EXPECT_EQ(plan.actions, (std::vector<Action>{RestoreTemplate{.revision = "agent-old", .data = "{}"}}));
  EXPECT_EQ(plan.rollout->phase, "RollingBack");
}

/// No pod is made from a template that goes.
TEST(Authority, PutsATemplateBackBeforeItCreatesPods) {
  Scene scene;
  scene.policy.emplace().name = "policy";
  scene.history(support::revision("old", 1, "{}")).history(support::revision("new", 2, scene.set.revision_data));
  scene.on("n1", {support::pod("p", "n1", "old")}).on("n2");
  scene.places.resize(2);
  let_it_go_back(scene);
  const Plan plan = daemonset::plan(scene.snapshot(), at(100));
  EXPECT_EQ(support::to_text(plan.actions), "put back the template of agent-old");
  EXPECT_TRUE(plan.status) << "which tells of it";
}

/// Outside of windows, with kubectl rollout undo: the pods of what came later go, those of what was before wait.
TEST(Authority, LetsAPersonGoBackToWhatWasCompleteAtAnyTime) {
  Scene scene;
  scene.policy.emplace().name = "policy";
  scene.policy->windows.emplace_back();  // of a zone that nobody knows here
  objects::DaemonSetRollout& known = scene.policy->status.daemon_sets.emplace_back();
  known.name = "agent";
  known.last_complete_revision = "agent-new";
  scene.set.strategy.max_unavailable.value = 5;
  objects::ControllerRevision before = support::revision("before", 1, "{}");
  objects::ControllerRevision present = support::revision("new", 4, scene.set.revision_data);
  objects::ControllerRevision after = support::revision("after", 3, "{ }");
  before.created = at(0);
  present.created = at(10);
  after.created = at(20);
  scene.history(before).history(present).history(after);
  scene.on("n1", {support::pod("p", "n1", "before")}).on("n2", {support::pod("q", "n2", "new")});
  scene.places.resize(3);
  scene.on("n3", {support::pod("r", "n3", "before")});
  Plan plan = daemonset::plan(scene.snapshot(), at(100));
  EXPECT_EQ(support::to_text(plan.actions), "");
  EXPECT_EQ(plan.rollout->phase, "OutsideWindow");
  scene.on("n4", {support::pod("s", "n4", "after")});
  scene.places.resize(4);
  plan = daemonset::plan(scene.snapshot(), at(100));
  EXPECT_EQ(plan.rollout->phase, "RollingBack");
  EXPECT_TRUE(support::to_text(plan.actions).contains("delete pod s of node n4: outdated"));
}

TEST(Companion, WaitsUntilTheTemplateIsRecorded) {
  Scene scene = untidy(Authority::companion);
  scene.set.revision_data = R"({"spec":"newer"})";
  const Plan plan = daemonset::plan(scene.snapshot(), at(100));
  EXPECT_TRUE(plan.actions.empty());
  EXPECT_FALSE(plan.rollout);
}

TEST(Companion, DoesNothingWithoutAuthority) {
  const Plan plan = daemonset::plan(untidy(Authority::none).snapshot(), at(100));
  EXPECT_EQ(plan.stage, Stage::ignore);
  EXPECT_TRUE(plan.actions.empty());
  EXPECT_FALSE(plan.status);
}

}  // namespace
}  // namespace everynode::daemonset
