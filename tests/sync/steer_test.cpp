// One decision about what a person wants of a rollout, for the command line and for the page.
#include "everynode/sync/steer.hpp"

#include <gtest/gtest.h>

#include "everynode/codec/document.hpp"
#include "everynode/objects/objects.hpp"

namespace everynode::sync {
namespace {

objects::DaemonSet steered_agent(const std::string& annotations = "{}") {
  const std::string text =
      R"({"metadata":{"name":"agent","namespace":"home","uid":"ds","resourceVersion":"5","generation":3,"annotations":)" +
      annotations +
      R"(},"spec":{"selector":{"matchLabels":{"app":"agent"}},
          "template":{"metadata":{"labels":{"app":"agent"}},"spec":{"containers":[{"name":"c","image":"i:2"}]}}}})";
  codec::Document document;
  return objects::read_daemon_set(text, document).value();
}

objects::ControllerRevision revision_of_image(const std::string& name, std::int64_t number, const std::string& image) {
  objects::ControllerRevision revision;
  revision.namespace_ = "home";
  revision.name = name;
  revision.revision = number;
  revision.data =
      R"({"spec":{"template":{"$patch":"replace","spec":{"containers":[{"name":"c","image":")" + image + R"("}]}}}})";
  return revision;
}

/// Policy home/network, whose wave canary is on hold for agent-2.
objects::RolloutPolicy network() {
  objects::RolloutPolicy policy;
  policy.namespace_ = "home";
  policy.name = "network";
  policy.resource_version = "7";
  policy.generation = 1;
  policy.status.observed_generation = 1;
  objects::Wave canary;
  canary.name = "canary";
  canary.hold = true;
  policy.waves = {canary};
  objects::DaemonSetRollout known;
  known.name = "agent";
  known.revision = "agent-2";
  known.phase = "Held";
  known.wave = "canary";
  policy.status.daemon_sets = {known};
  return policy;
}

struct Scene {
  objects::DaemonSet set = steered_agent();
  objects::RolloutPolicy policy = network();
  objects::ControllerRevision before = revision_of_image("agent-1", 1, "i:1");
  std::string current = "agent-2";
  bool has_policies = true;
  bool serves = true;

  [[nodiscard]] std::expected<Step, std::string> step(const Wish& wish) const {
    const objects::ControllerRevision now = revision_of_image("agent-2", 2, "i:2");
    return step_of(wish,
                   {.daemon_set = set,
                    .policy = serves ? &policy : nullptr,
                    .has_policies = has_policies,
                    .history = {&before, &now},
                    .current = current},
                   "kubectl everynode");
  }

  [[nodiscard]] std::string refused(const Wish& wish) const {
    const auto step = this->step(wish);
    return step ? "done: " + step->done : step.error();
  }
};

TEST(Steer, KnowsEachChangeByItsVerb) {
  for (const std::string_view name : {"pause", "resume", "promote", "retry", "undo"}) {
    ASSERT_TRUE(change_of(name)) << name;
    EXPECT_EQ(name_of(*change_of(name)), name);
  }
  EXPECT_EQ(change_of("restart"), std::nullopt);
  EXPECT_EQ(change_of(""), std::nullopt);
}

TEST(Steer, PausesThePolicyAndLooksAtNoHistory) {
  Scene scene;
  scene.current = "";
  const auto step = scene.step({.change = RolloutChange::pause});
  ASSERT_TRUE(step) << step.error();
  EXPECT_EQ(step->request->target, "/apis/everynode.dev/v1alpha1/namespaces/home/rolloutpolicies/network");
  EXPECT_EQ(step->request->body, R"({"spec":{"paused":true}})");
  EXPECT_FALSE(needs_history({.change = RolloutChange::pause}));
  EXPECT_TRUE(needs_history({.change = RolloutChange::promote}));
}

TEST(Steer, PromotesByTheStatusOfThePolicy) {
  const auto step = Scene().step({.change = RolloutChange::promote, .wave = "canary", .revision = "agent-2"});
  ASSERT_TRUE(step) << step.error();
  EXPECT_EQ(step->request->target, "/apis/everynode.dev/v1alpha1/namespaces/home/rolloutpolicies/network/status");
  EXPECT_EQ(step->done, "daemonset.apps/agent wave canary promoted for agent-2");
  EXPECT_TRUE(step->warnings.empty());
}

TEST(Steer, DoesNothingAboutARevisionThatNobodyHasSeen) {
  Scene scene;
  scene.current = "agent-3";
  const std::string why = "the current revision of agent is agent-3 by now, not agent-2: look again";
  EXPECT_EQ(scene.refused({.change = RolloutChange::promote, .wave = "canary", .revision = "agent-2"}), why);
  EXPECT_EQ(scene.refused({.change = RolloutChange::retry, .revision = "agent-2"}), why);
  EXPECT_TRUE(scene.step({.change = RolloutChange::promote, .wave = "canary"})) << "any revision will do";
  scene.current = "";
  EXPECT_EQ(scene.refused({.change = RolloutChange::promote}),
            "the template of agent has no revision yet: try again in some seconds");
}

TEST(Steer, IsRefusedWithoutAPolicyAndSaysWhatToDo) {
  Scene scene;
  scene.serves = false;
  EXPECT_EQ(
      scene.refused({.change = RolloutChange::pause}),
      "no RolloutPolicy of namespace home selects DaemonSet agent: create one whose spec.selector does; it has no "
      "labels, so only the selector {} selects it");
  scene.has_policies = false;
  EXPECT_TRUE(scene.refused({.change = RolloutChange::resume}).starts_with("this cluster has no RolloutPolicies: "));
  EXPECT_TRUE(scene.step({.change = RolloutChange::undo})) << "which needs no policy";
}

TEST(Steer, WarnsOfAPolicyThatDoesNotServeIt) {
  Scene scene;
  scene.policy.status.daemon_sets.clear();
  scene.policy.status.conditions = {
      {.type = "Accepted", .status = "False", .reason = "NotServed", .message = "m", .last_transition_time = {}}};
  const std::string why = "RolloutPolicy network does not serve agent: NotServed: m";
  const auto paused = scene.step({.change = RolloutChange::pause});
  ASSERT_TRUE(paused) << "it may serve others, which this stops";
  EXPECT_EQ(paused->warnings, std::vector{why});
  EXPECT_EQ(scene.refused({.change = RolloutChange::promote, .wave = "canary"}), why);
}

/// Requirement 15.3.
TEST(Steer, UndoesWithTheRevisionByteForByte) {
  const Scene scene;
  const auto step = scene.step({.change = RolloutChange::undo, .to_revision = 1});
  ASSERT_TRUE(step) << step.error();
  EXPECT_EQ(step->request->target, "/apis/apps/v1/namespaces/home/daemonsets/agent");
  EXPECT_TRUE(step->request->body.ends_with(scene.before.data.substr(1))) << step->request->body;
  EXPECT_EQ(step->done, "daemonset.apps/agent rolled back");
  EXPECT_EQ(scene.refused({.change = RolloutChange::undo, .to_revision = 9}),
            "unable to find specified revision 9 in history");
}

TEST(Steer, UndoChangesNothingButTheTemplate) {
  Scene scene;
  scene.before.data = R"({"spec":{"template":{"$patch":"replace"},"selector":{}}})";
  EXPECT_EQ(scene.refused({.change = RolloutChange::undo, .to_revision = 1}),
            "revision agent-1 is no template and nothing else");
}

TEST(Steer, UndoWarnsOfWhatWillNotMoveOrWillComeBack) {
  Scene scene;
  scene.set = steered_agent(R"({"kubectl.kubernetes.io/last-applied-configuration":"{}"})");
  scene.policy.status.daemon_sets.front().failed_revisions.emplace_back().revision = "agent-1";
  const auto step = scene.step({.change = RolloutChange::undo, .to_revision = 1});
  ASSERT_TRUE(step) << step.error();
  ASSERT_EQ(step->warnings.size(), 2U);
  EXPECT_TRUE(step->warnings[0].contains("kubectl apply"));
  EXPECT_EQ(step->warnings[1],
            "agent-1 was rolled back before, so nothing moves until kubectl everynode rollout retry ds/agent -n home");
}

}  // namespace
}  // namespace everynode::sync
