// Nodes that shut down or are out of service, and new ones that wait: sections 17 and 18 of the requirements.
#include <gtest/gtest.h>

#include "builders.hpp"
#include "everynode/daemonset/conditions.hpp"
#include "everynode/daemonset/plan.hpp"
#include "everynode/daemonset/report.hpp"
#include "everynode/daemonset/startup.hpp"

namespace everynode::daemonset {
namespace {

using objects::Absence;
using support::at;
using support::pod;
using support::Scene;

constexpr objects::NodeHealth shutting_down{.ready = false, .absence = Absence::shutting_down};
constexpr objects::NodeHealth out_of_service{.ready = false, .absence = Absence::out_of_service};
constexpr objects::Placement goes{.should_run = false, .should_continue = false, .misfit = objects::Misfit::taint};

Scene rolling() {
  Scene scene;
  scene.set.strategy.max_unavailable.value = 1;
  scene.with_current_revision();
  return scene;
}

std::string planned(const Scene& scene) {
  const Plan p = plan(scene.snapshot(), at(100));
  return std::string(name_of(p.stage)) + ": " + support::to_text(p.actions);
}

objects::DaemonPod rejected(std::string_view hash = "new") {
  objects::DaemonPod pod = support::pod("p", "n1", hash);
  pod.phase = objects::PodPhase::failed;
  pod.ready = false;
  pod.trouble = "NodeShutdown";
  return pod;
}

objects::DaemonPod leaving() {
  objects::DaemonPod going = pod("q", "n1");
  going.terminating = true;
  going.leaves_by = at(130);
  return going;
}

TEST(NodeThatShutsDown, GetsNoPodUntilItIsBack) {  // requirement 17.1
  EXPECT_EQ(planned(rolling().on("n1").that_is(shutting_down)), "quiet: ");
  EXPECT_EQ(planned(rolling().on("n1", {rejected()}).that_is(shutting_down)), "quiet: ");
  EXPECT_EQ(planned(rolling().on("n1", {rejected()})), "manage: delete pod p of node n1: failed");
  EXPECT_EQ(planned(rolling().on("n1")), "manage: create a pod for node n1");
}

TEST(NodeThatShutsDown, KeepsThePodThatARolloutWouldReplace) {  // requirement 17.1
  EXPECT_EQ(planned(rolling().on("n1", {pod("p", "n1", "old")}).that_is(shutting_down)), "quiet: ");
  EXPECT_EQ(planned(rolling().on("n1", {rejected("old")}).that_is(shutting_down)), "quiet: ");
  Scene surging = rolling();
  surging.set.strategy = {.rolling = true, .max_unavailable = {.value = 0}, .max_surge = {.value = 1}};
  EXPECT_EQ(planned(surging.on("n1", {pod("p", "n1", "old")}).that_is(shutting_down)), "quiet: ");
  Scene down = rolling();
  down.set.strategy = surging.set.strategy;
  auto unready = pod("p", "n1", "old");
  unready.ready = false;
  EXPECT_EQ(planned(down.on("n1", {unready}).that_is(shutting_down)), "quiet: ");
}

TEST(NodeThatShutsDown, UsesUpTheBudgetAsUpstream) {  // requirement 10.3
  EXPECT_EQ(planned(rolling().on("n1").that_is(shutting_down).on("n2", {pod("q", "n2", "old")})), "quiet: ");
}

TEST(NodeThatShutsDown, LetsGoWhatMayNotStay) {  // requirement 5.2
  EXPECT_EQ(planned(rolling().on("n1", goes, {pod("p", "n1")}).that_is(shutting_down)),
            "manage: delete pod p of node n1: not eligible");
}

TEST(NodeThatShutsDown, IsAsUpstreamHasItIfOneLikes) {  // requirement 17.1
  Scene scene = rolling();
  scene.minds_nodes = false;
  EXPECT_EQ(planned(scene.on("n1", {rejected()}).that_is(shutting_down)), "manage: delete pod p of node n1: failed");
}

TEST(NodeThatShutsDown, IsNoTroubleAndSaysSo) {  // requirement 17.1
  Scene scene = rolling();
  scene.on("n1", {rejected()}).that_is(shutting_down);
  EXPECT_EQ(conditions_of({scene.snapshot(), "new", at(100)}).degraded.reason, "AsExpected");
  EXPECT_EQ(report({scene.snapshot(), "new", at(100)}, {}).nodes.front().why,
            "the node is shutting down; its next pod comes when it is back; failed: NodeShutdown");
  Scene bare = rolling();
  EXPECT_EQ(report({bare.on("n1").that_is(shutting_down).snapshot(), "new", at(100)}, {}).nodes.front().why,
            "the node is shutting down; its next pod comes when it is back");
}

TEST(NodeThatDrains, IsLikeAnyOther) {  // requirement 17.4
  for (const Absence absence : {Absence::draining, Absence::maintenance, Absence::deleted}) {
    EXPECT_EQ(planned(rolling().on("n1").that_is({.absence = absence})), "manage: create a pod for node n1");
    EXPECT_EQ(planned(rolling().on("n1", {pod("p", "n1", "old")}).that_is({.absence = absence})),
              "rollout: delete pod p of node n1: outdated");
  }
}

TEST(NodeOutOfService, LosesItsPodsAtOnce) {  // requirement 17.2
  EXPECT_EQ(
      planned(rolling().on("n1", goes, {pod("p", "n1"), leaving()}).that_is(out_of_service)),
      "manage: delete pod p of node n1: not eligible, without grace; delete pod q of node n1: not eligible, without "
      "grace");
  auto forced = leaving();
  forced.forced = true;
  EXPECT_EQ(planned(rolling().on("n1", goes, {forced}).that_is(out_of_service)), "quiet: ") << "only once";
}

TEST(NodeOutOfService, LosesOnlyWhatMayNotStay) {  // requirement 17.2
  EXPECT_EQ(planned(rolling().on("n1", {pod("p", "n1")}).that_is(out_of_service)), "quiet: ")
      << "it tolerates the taint";
}

TEST(NodeOutOfService, HasItsGraceAsLongAsItsKubeletIsThere) {  // requirement 17.2
  constexpr objects::NodeHealth alive{.ready = true, .absence = Absence::out_of_service};
  EXPECT_EQ(planned(rolling().on("n1", goes, {pod("p", "n1"), leaving()}).that_is(alive)),
            "manage: delete pod p of node n1: not eligible");
  Scene scene = rolling();
  scene.minds_nodes = false;
  EXPECT_EQ(planned(scene.on("n1", goes, {pod("p", "n1"), leaving()}).that_is(out_of_service)),
            "manage: delete pod p of node n1: not eligible");
}

/// The node fell silent and has gone; `planned` looks at the second 100.
Scene gone_since(int second, std::vector<objects::DaemonPod> pods) {
  Scene scene = rolling();
  scene.absences.began("n1", {.ready = false});
  scene.absences.pass(at(second), [](std::string_view) { return true; });
  scene.without("n1", std::move(pods));
  return scene;
}

TEST(NodeThatIsGone, LosesItsPodsWhenThatIsCertain) {  // requirement 17.3
  EXPECT_EQ(planned(gone_since(95, {pod("p", "n1"), leaving()})),
            "manage: delete pod p of node n1: node is gone, without grace; delete pod q of node n1: node is gone, "
            "without grace");
  const Scene soon = gone_since(96, {pod("p", "n1")});
  EXPECT_EQ(planned(soon), "quiet: ");
  EXPECT_EQ(plan(soon.snapshot(), at(100)).again_at, at(101));
}

TEST(NodeThatIsGone, LosesEachPodOnce) {  // requirement 17.3
  auto forced = leaving();
  forced.forced = true;
  EXPECT_EQ(planned(gone_since(90, {forced})), "quiet: ") << "a finalizer holds it";
  EXPECT_EQ(plan(gone_since(96, {forced}).snapshot(), at(100)).again_at, std::nullopt);
}

TEST(NodeThatIsGone, LosesAtOnceWhatIsNotBound) {  // requirement 5.9
  auto unbound = pod("p", "n1");
  unbound.node_name.clear();
  EXPECT_EQ(planned(gone_since(100, {unbound})), "manage: delete pod p of node n1: node is gone");
}

TEST(NodeThatIsGone, LeavesItsPodsToTheGarbageCollectorIfOneLikes) {  // requirement 17.3
  Scene scene = gone_since(0, {pod("p", "n1")});
  scene.minds_nodes = false;
  EXPECT_EQ(planned(scene), "quiet: ");
  EXPECT_EQ(planned(rolling().without("n1", {pod("p", "n1")})), "quiet: ") << "nobody knows since when";
  Scene suspended = gone_since(0, {pod("p", "n1")});
  suspended.set.switches.suspended = true;
  EXPECT_EQ(planned(suspended), "quiet: ");
}

TEST(NodeThatIsGone, LeavesItsPodsToTheGarbageCollectorBesideTheInTreeController) {  // requirement 17.3
  Scene scene = gone_since(0, {pod("p", "n1")});
  scene.authority = Authority::companion;
  EXPECT_EQ(planned(scene), "quiet: ");
}

/// "waits", "waits until 110" or "goes".
std::string startup(const objects::DaemonSet& set, const Scene& scene) {
  const Snapshot snapshot = scene.snapshot();
  const StartupWait wait = startup_wait(set, snapshot.nodes.front(), at(100));
  if (!wait.waits) return "goes";
  return wait.until ? "waits until " + objects::to_rfc3339_micro(*wait.until).substr(11, 8) : "waits";
}

objects::DaemonSet required() {
  objects::DaemonSet set = support::daemon_set();
  set.annotations.set(objects::startup_annotation, "required");
  set.switches = objects::read_switches(set.annotations);
  return set;
}

TEST(Startup, IsNotOverBeforeTheNodeIsReady) {  // requirement 18.1
  objects::Node node;
  EXPECT_TRUE(is_set_up(node));
  node.taints = {{.key = "example.org/other", .value = {}, .effect = "NoSchedule"}};
  EXPECT_TRUE(is_set_up(node));
  for (const char* const key :
       {"node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable", "node.kubernetes.io/network-unavailable",
        "node.cloudprovider.kubernetes.io/uninitialized"}) {
    node.taints.back().key = key;
    EXPECT_FALSE(is_set_up(node)) << key;
  }
  node.taints.clear();
  node.health.ready = false;
  EXPECT_FALSE(is_set_up(node));
}

TEST(Startup, WaitsForAnAvailablePod) {  // requirement 18.1
  auto unready = pod("p", "n1");
  unready.ready = false;
  EXPECT_EQ(startup(required(), Scene().on("n1")), "waits");
  EXPECT_EQ(startup(required(), Scene().on("n1", {unready})), "waits");
  EXPECT_EQ(startup(required(), Scene().on("n1", {rejected()})), "waits");
  EXPECT_EQ(startup(required(), Scene().on("n1", {leaving()})), "waits") << "it is about to go";
  EXPECT_EQ(startup(required(), Scene().on("n1", {pod("p", "n1")})), "goes");
  EXPECT_EQ(startup(required(), Scene().on("n1", {leaving(), pod("p", "n1")})), "goes");
}

TEST(Startup, WaitsForMinReadySeconds) {  // requirement 18.1
  objects::DaemonSet set = required();
  set.min_ready_seconds = 110;
  EXPECT_EQ(startup(set, Scene().on("n1", {pod("p", "n1")})), "waits until 12:01:50");
}

TEST(Startup, WaitsForNobodyWhoDoesNotCome) {  // requirement 18.1
  EXPECT_EQ(startup(support::daemon_set(), Scene().on("n1")), "goes");
  EXPECT_EQ(startup(required(), Scene().on("n1", goes)), "goes");
  objects::DaemonSet suspended = required();
  suspended.switches.suspended = true;
  EXPECT_EQ(startup(suspended, Scene().on("n1")), "goes");
  objects::DaemonSet misunderstood = required();
  misunderstood.switches.mistake = "a typo";
  EXPECT_EQ(startup(misunderstood, Scene().on("n1")), "goes");
  EXPECT_EQ(startup(required(), Scene().on("n1", {.should_run = true, .should_continue = true, .held = true})), "goes");
  objects::DaemonSet terminating = required();
  terminating.terminating = true;
  EXPECT_EQ(startup(terminating, Scene().on("n1")), "goes");
}

}  // namespace
}  // namespace everynode::daemonset
