// What switches do to plans, conditions and reports: section 16 of the requirements.
#include <gtest/gtest.h>

#include "builders.hpp"
#include "everynode/daemonset/conditions.hpp"
#include "everynode/daemonset/plan.hpp"
#include "everynode/daemonset/report.hpp"
#include "everynode/daemonset/switch_remarks.hpp"
#include "everynode/objects/eligibility.hpp"

namespace everynode::daemonset {
namespace {

using support::at;
using support::pod;
using support::Scene;

constexpr objects::Placement goes{.should_run = false, .should_continue = false, .misfit = objects::Misfit::excluded};
constexpr objects::Placement cordoned{
    .should_run = false, .should_continue = true, .misfit = objects::Misfit::cordoned, .held = true};
constexpr objects::Placement not_understood{.should_run = true, .should_continue = true, .held = true};

Scene rolling() {
  Scene scene;
  scene.set.strategy.max_unavailable.value = 1;
  scene.with_current_revision();
  return scene;
}

Scene annotated(std::string_view annotation, std::string_view value) {
  Scene scene = rolling();
  scene.set.annotations.set(annotation, value);
  scene.set.switches = objects::read_switches(scene.set.annotations);
  return scene;
}

std::string planned(const Scene& scene) {
  const Plan p = plan(scene.snapshot(), at(100));
  return std::string(name_of(p.stage)) + ": " + support::to_text(p.actions);
}

std::string told(const objects::Condition& condition) {
  return condition.status + " " + condition.reason + (condition.message.empty() ? "" : ": ") + condition.message;
}
std::string progressing(const Scene& scene) {
  return told(conditions_of({scene.snapshot(), "new", at(100)}).progressing);
}
std::string degraded(const Scene& scene) {
  return told(conditions_of({scene.snapshot(), "new", at(100)}).degraded);
}

std::string line_of(const Scene& scene, const Nodes& nodes = {}) {
  const NodeReport node = report({scene.snapshot(), "new", at(100)}, nodes).nodes.front();
  return std::string(name_of(node.state)) + (node.why.empty() ? "" : ": " + node.why);
}

objects::DaemonPod failed(objects::DaemonPod pod) {
  pod.phase = objects::PodPhase::failed;
  pod.ready = false;
  return pod;
}

TEST(Suspended, NothingIsCreatedReplacedOrDeleted) {  // requirement 16.3
  const auto nodes = [](Scene scene) {
    scene.on("n1")
        .on("n2", {pod("o", "n2", "old")})
        .on("n3", {failed(pod("f", "n3"))})
        .on("n4", goes, {pod("p", "n4")});
    return planned(scene);
  };
  EXPECT_EQ(nodes(rolling()),
            "manage: create a pod for node n1; delete pod f of node n3: failed; delete pod p of node "
            "n4: not eligible");
  EXPECT_EQ(nodes(annotated("everynode.dev/suspend", "true")), "quiet: ");
  EXPECT_EQ(nodes(annotated("everynode.dev/suspend", "false")), nodes(rolling()));
}

TEST(Suspended, TheStatusIsTrueAllTheSame) {  // requirement 16.3
  Scene scene = annotated("everynode.dev/suspend", "true");
  scene.on("n1").on("n2", {pod("o", "n2", "old")});
  const Plan p = plan(scene.snapshot(), at(100));
  ASSERT_TRUE(p.status);
  EXPECT_EQ(p.status->counters.desired_number_scheduled, 2);
  EXPECT_EQ(p.status->counters.current_number_scheduled, 1);
  EXPECT_EQ(p.status->counters.updated_number_scheduled, 0);
  EXPECT_EQ(progressing(scene),
            "Unknown Suspended: annotation everynode.dev/suspend is true; revision 1 is available on 0 of 2 nodes");
  EXPECT_EQ(degraded(scene), "False AsExpected");
}

TEST(Suspended, ItsConditionIsOurs) {  // requirement 16.3
  Scene scene = annotated("everynode.dev/suspend", "true");
  EXPECT_TRUE(is_ours(conditions_of({scene.snapshot(), "new", at(100)}).progressing));
  scene = annotated("everynode.dev/suspend", "on");
  EXPECT_TRUE(is_ours(conditions_of({scene.snapshot(), "new", at(100)}).degraded));
}

TEST(Suspended, ByAWordThatNobodyUnderstands) {  // requirement 16.4
  Scene scene = annotated("everynode.dev/placement", "no-virtual-node");
  scene.on("n1").on("n2", goes, {pod("p", "n2")});
  EXPECT_EQ(planned(scene), "quiet: ");
  EXPECT_EQ(degraded(scene),
            "True SwitchNotUnderstood: annotation everynode.dev/placement is \"no-virtual-node\", no list of "
            "no-virtual-nodes and no-cordoned-nodes");
  EXPECT_TRUE(progressing(scene).starts_with("Unknown Suspended: nothing is done until this is corrected: annotation"))
      << progressing(scene);
}

TEST(Suspended, NotBesideTheInTreeController) {  // requirement 16.6
  Scene scene = annotated("everynode.dev/suspend", "true");
  scene.obeys_switches = false;
  EXPECT_EQ(planned(scene.on("n1")), "manage: create a pod for node n1");
}

TEST(Suspended, APolicyPausesAndPutsNoTemplateBack) {  // requirement 16.3
  Scene scene = annotated("everynode.dev/suspend", "true");
  scene.policy.emplace().name = "policy";
  scene.places.resize(2);
  scene.on("n1", {pod("o", "n1", "old")}).on("n2", {pod("p", "n2")});
  const Plan p = plan(scene.snapshot(), at(100));
  ASSERT_TRUE(p.rollout);
  EXPECT_EQ(p.rollout->phase, "Paused");
  EXPECT_EQ(p.rollout->message, "an annotation suspends the DaemonSet; agent-new is available on 1 of 2 nodes");
  EXPECT_EQ(p.rollout->last_complete_revision, "");
}

TEST(Held, NothingIsDoneOnTheNode) {  // requirements 16.2 and 16.4
  EXPECT_EQ(planned(rolling().on("n1", not_understood)), "quiet: ");
  EXPECT_EQ(planned(rolling().on("n1", not_understood, {failed(pod("p", "n1"))})), "quiet: ");
  EXPECT_EQ(planned(rolling().on("n1", cordoned, {pod("p", "n1"), pod("q", "n1")})), "quiet: ");
}

TEST(Held, ARolloutLeavesTheNodeOut) {  // requirement 16.5
  EXPECT_EQ(planned(rolling().on("n1", cordoned, {pod("p", "n1", "old")})), "quiet: ");
  auto down = pod("p", "n1", "old");
  down.ready = false;
  EXPECT_EQ(planned(rolling().on("n1", cordoned, {down}).on("n2", {pod("q", "n2", "old")})),
            "rollout: delete pod q of node n2: outdated")
      << "it uses up no budget";
  EXPECT_EQ(planned(rolling().on("n1", not_understood).on("n2", {pod("q", "n2", "old")})),
            "rollout: delete pod q of node n2: outdated");
  Scene surging = rolling();
  surging.set.strategy = {.rolling = true, .max_unavailable = {.value = 0}, .max_surge = {.value = 1}};
  EXPECT_EQ(planned(surging.on("n1", cordoned, {down})), "quiet: ");
}

TEST(Held, APolicyTellsItAsDeferred) {  // requirement 16.5
  Scene scene = rolling();
  scene.policy.emplace().name = "policy";
  scene.places.resize(3);
  scene.on("n1", cordoned, {pod("o", "n1", "old")}).on("n2", not_understood).on("n3", {pod("p", "n3")});
  const Plan p = plan(scene.snapshot(), at(100));
  ASSERT_TRUE(p.rollout);
  EXPECT_EQ(p.rollout->deferred, 2);
  EXPECT_EQ(p.rollout->deferred_nodes[0].reason, "cordoned");
  EXPECT_EQ(p.rollout->deferred_nodes[1].reason, "its annotation everynode.dev/exclude is not understood");
}

TEST(Held, IsATroubleIfAPodIsMissing) {  // requirement 16.4
  EXPECT_EQ(degraded(rolling().on("n1", not_understood)),
            "True SwitchNotUnderstood: 1 of 1 node: n1 (its annotation everynode.dev/exclude is not understood)");
  EXPECT_EQ(degraded(rolling().on("n1", not_understood, {pod("p", "n1")})), "False AsExpected");
  EXPECT_EQ(degraded(rolling().on("n1", cordoned)), "False AsExpected");
}

TEST(Report, SaysWhatSwitchesDo) {
  objects::Node node = support::node("n1");
  const auto nodes = [&] { return Nodes{{"n1", node}}; };
  EXPECT_EQ(line_of(annotated("everynode.dev/suspend", "true").on("n1")), "missing: the DaemonSet is suspended");
  node.exclude = "agent";
  EXPECT_EQ(line_of(rolling().on("n1", goes), nodes()),
            "not eligible: the node excludes it (annotation everynode.dev/exclude)");
  Scene beside = rolling();
  beside.obeys_switches = false;
  EXPECT_EQ(line_of(beside.on("n1", {pod("p", "n1")}), nodes()),
            "updated: not obeyed: the node excludes it (annotation everynode.dev/exclude)");
  node.exclude = "Agent";
  EXPECT_EQ(line_of(rolling().on("n1", not_understood), nodes()),
            "missing: the node's annotation everynode.dev/exclude is \"Agent\", neither \"*\" nor a list of DaemonSets "
            "(NAME or NAMESPACE/NAME), so nothing is done here");
  node.exclude.reset();
  node.unschedulable = true;
  Scene careful = annotated("everynode.dev/placement", "no-cordoned-nodes");
  EXPECT_EQ(line_of(careful.on("n1", cordoned), nodes()),
            "not eligible: the node is cordoned (annotation everynode.dev/placement: no-cordoned-nodes)");
}

TEST(Report, SaysNothingOfTurnsAndRefusalsWhereASwitchLetsNothingBeDone) {
  objects::Node node = support::node("n1");
  const auto nodes = [&] { return Nodes{{"n1", node}}; };
  const auto suspended = [] {
    Scene scene = annotated("everynode.dev/suspend", "true");
    scene.refusal = "forbidden: exceeded quota";
    return scene;
  };
  EXPECT_EQ(line_of(suspended().on("n1")), "missing: the DaemonSet is suspended");
  EXPECT_EQ(line_of(suspended().on("n1", {pod("p", "n1", "old")})), "outdated: the DaemonSet is suspended");
  Scene beside = suspended();
  beside.obeys_switches = false;
  EXPECT_EQ(line_of(beside.on("n1")), "missing: its pod is refused: forbidden: exceeded quota");
  node.exclude = "Agent";
  const std::string typo =
      "the node's annotation everynode.dev/exclude is \"Agent\", neither \"*\" nor a list of DaemonSets (NAME or "
      "NAMESPACE/NAME), so nothing is done here";
  EXPECT_EQ(line_of(rolling().on("n1", not_understood, {pod("p", "n1", "old")}), nodes()), "outdated: " + typo);
  node.exclude.reset();
  node.unschedulable = true;
  Scene careful = annotated("everynode.dev/placement", "no-cordoned-nodes");
  EXPECT_EQ(line_of(careful.on("n1", cordoned, {pod("p", "n1")}), nodes()),
            "misscheduled: the node is cordoned (annotation everynode.dev/placement: no-cordoned-nodes); the pod that "
            "is there may stay");
}

TEST(SwitchRemarks, SayWhatIsDoneAndWhatIsNot) {  // requirements 16.3, 16.4 and 16.6
  const auto remark = [](const Scene& scene, bool obeyed) {
    const auto found = remark_on(scene.set, obeyed);
    return found ? (found->warning ? "Warning " : "Normal ") + std::string(found->reason) + ": " + found->text : "";
  };
  const Scene suspended = annotated("everynode.dev/suspend", "true");
  EXPECT_EQ(remark(suspended, true),
            "Normal Suspended: annotation everynode.dev/suspend is true: no pod is created, replaced or deleted");
  EXPECT_EQ(remark(suspended, false),
            "Warning SwitchNotObeyed: annotation everynode.dev/suspend has no effect: another controller places the "
            "pods, and only everynode reconciler --mode takeover obeys it");
  EXPECT_EQ(
      remark(annotated("everynode.dev/suspend", "\n"), true),
      "Warning SwitchNotUnderstood: annotation everynode.dev/suspend is \"\\n\", neither true nor false: until it "
      "is corrected, no pod of it is created, replaced or deleted");
  EXPECT_EQ(remark(annotated("everynode.dev/startup", "yes"), true),
            "Warning SwitchNotUnderstood: annotation everynode.dev/startup is \"yes\", not required: new nodes do not "
            "wait for its pods");
  EXPECT_EQ(remark(annotated("everynode.dev/suspend", "false"), false), "");
  EXPECT_EQ(remark(annotated("everynode.dev/placement", "no-virtual-nodes"), true), "");
}

TEST(SwitchRemarks, NameTheNode) {  // requirements 16.4 and 16.6
  objects::Node node = support::node("n1");
  EXPECT_EQ(remark_on(node, true), std::nullopt);
  node.exclude = "agent";
  EXPECT_EQ(remark_on(node, true), std::nullopt);
  EXPECT_EQ(remark_on(node, false)->reason, "SwitchNotObeyed");
  EXPECT_TRUE(remark_on(node, false)->text.starts_with("annotation everynode.dev/exclude of node n1 has no effect"));
  node.exclude = "agent;b";
  EXPECT_EQ(remark_on(node, true)->text,
            "node n1: annotation everynode.dev/exclude is \"agent;b\", neither \"*\" nor a list of DaemonSets (NAME or "
            "NAMESPACE/NAME): until it is corrected, no pod of a DaemonSet there is created, replaced or deleted");
}

}  // namespace
}  // namespace everynode::daemonset
