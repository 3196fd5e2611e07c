#include "everynode/daemonset/report.hpp"

#include <gtest/gtest.h>

#include "builders.hpp"

namespace everynode::daemonset {
namespace {

using support::at;
using support::pod;
using support::Scene;

constexpr objects::Placement stays{.should_run = false, .should_continue = true, .misfit = objects::Misfit::taint};
constexpr objects::Placement nowhere{
    .should_run = false, .should_continue = false, .misfit = objects::Misfit::node_selector};

Report reported(const Scene& scene, const Nodes& nodes = {}, double now = 100) {
  return report({scene.snapshot(), "new", at(now)}, nodes);
}

/// "updated", or "starting: not ready yet".
std::string only_line(const Scene& scene, const Nodes& nodes = {}, double now = 100) {
  const Report result = reported(scene, nodes, now);
  EXPECT_EQ(result.nodes.size(), 1U);
  const NodeReport& node = result.nodes.front();
  return std::string(name_of(node.state)) + (node.why.empty() ? "" : ": " + node.why);
}

TEST(Report, SaysWhatANodesPodIsDoing) {
  auto unready = pod("p", "n1");
  unready.ready = false;
  auto pulling = unready;
  pulling.trouble = "container agent: ImagePullBackOff";
  auto going = pod("p", "n1");
  going.terminating = true;
  EXPECT_EQ(only_line(Scene().on("n1", {pod("p", "n1")})), "updated");
  EXPECT_EQ(only_line(Scene().on("n1", {unready})), "starting: not ready yet");
  EXPECT_EQ(only_line(Scene().on("n1", {pulling})), "starting: container agent: ImagePullBackOff");
  EXPECT_EQ(only_line(Scene().on("n1", {going})), "leaving: its successor is created when it has gone");
  EXPECT_EQ(only_line(Scene().on("n1")), "missing: a pod is about to be created");
}

TEST(Report, SaysWhyAnOldPodIsStillThere) {
  Scene rolling;
  rolling.on("n1", {pod("p", "n1", "old")});
  EXPECT_EQ(only_line(rolling),
            "outdated: waits for its turn: 0 of 1 nodes have no available pod, maxUnavailable is 1");
  rolling.set.strategy.rolling = false;
  EXPECT_EQ(only_line(rolling), "outdated: updateStrategy OnDelete: it is replaced when somebody deletes it");
}

TEST(Report, SaysHowTheSuccessorOfASurgeIs) {
  const auto told = [](objects::DaemonPod successor) {
    Scene surging;
    surging.set.strategy = {.rolling = true, .max_unavailable = {.value = 0}, .max_surge = {.value = 1}};
    surging.on("n1", {pod("p", "n1", "old"), std::move(successor)});
    return only_line(surging);
  };
  auto successor = pod("q", "n1");
  successor.ready = false;
  EXPECT_EQ(told(successor), "outdated: waits for its successor q: not ready yet");
  successor.stuck = true;
  successor.trouble = "container agent: ImagePullBackOff";
  EXPECT_EQ(told(successor), "outdated: waits for its successor q: container agent: ImagePullBackOff");
}

TEST(Report, SaysThatAPodIsRefused) {
  Scene scene;
  scene.refusal = "forbidden: exceeded quota";
  EXPECT_EQ(only_line(scene.on("n1")), "missing: its pod is refused: forbidden: exceeded quota");
}

TEST(Report, SaysWhatTakesTooLong) {
  auto unready = pod("p", "n1");
  unready.ready = false;
  EXPECT_EQ(only_line(Scene().on("n1", {unready}), {}, 600), "starting: not ready for more than 10 minutes");
  unready.terminating = true;
  unready.leaves_by = at(0);
  EXPECT_EQ(only_line(Scene().on("n1", {unready}), {}, 600),
            "leaving: its pod should have gone more than 10 minutes ago");
}

TEST(Report, CountsTheTimeUntilAPodIsAvailable) {
  Scene scene;
  scene.set.min_ready_seconds = 30;
  scene.on("n1", {pod("p", "n1")});  // ready since noon
  EXPECT_EQ(only_line(scene, {}, 10.5), "starting: ready, counts as available in 20 s");
  EXPECT_EQ(only_line(scene, {}, 30), "updated");
}

TEST(Report, SaysUntilWhenAFailedPodWaits) {
  auto failed = pod("p", "n1");
  failed.phase = objects::PodPhase::failed;
  failed.trouble = "Evicted";
  Scene scene;
  scene.on("n1", {failed});
  EXPECT_EQ(only_line(scene), "failing: failed: Evicted");
  scene.backoff.replaced("n1", "new", at(100));
  EXPECT_EQ(only_line(scene), "failing: failed: Evicted; replaced in 1 s");
}

TEST(Report, SaysWhyANodeIsNotEligible) {
  const Nodes tainted{{"n1", support::node("n1", {}, {{.key = "gpu", .value = "true", .effect = "NoSchedule"}})}};
  EXPECT_EQ(only_line(Scene().on("n1", stays), tainted), "not eligible: not tolerated: taint gpu=true:NoSchedule");
  EXPECT_EQ(only_line(Scene().on("n1", stays, {pod("p", "n1")}), tainted),
            "misscheduled: not tolerated: taint gpu=true:NoSchedule; the pod that is there may stay");
  Nodes silent{{"n1", support::node("n1", {},
                                    {{.key = "node.kubernetes.io/unreachable", .value = "", .effect = "NoSchedule"}})}};
  silent.at("n1").health = {.ready = false, .ready_changed = at(-60)};
  silent.at("n1").trouble = "its kubelet is silent";
  EXPECT_EQ(only_line(Scene().on("n1", stays, {pod("p", "n1")}), silent),
            "misscheduled: not tolerated: taint node.kubernetes.io/unreachable:NoSchedule; the node is NotReady since "
            "2026-11-24T11:59:00Z (its kubelet is silent); the pod that is there may stay");
  EXPECT_EQ(only_line(Scene().without("n1", {pod("p", "n1")})), "misscheduled: the node has gone");
}

TEST(Report, TellsOfThePodThatStays) {
  auto going = pod("a", "n1", "old");
  going.terminating = true;
  EXPECT_EQ(reported(Scene().on("n1", {going, pod("b", "n1")})).nodes.front().pod, "b");
}

TEST(Report, IsCompleteWhenEveryNodeThatShouldHasAnUpdatedPod) {
  EXPECT_TRUE(reported(Scene().on("n1", {pod("p", "n1")}).on("n2", nowhere)).complete());
  EXPECT_FALSE(reported(Scene().on("n1", {pod("p", "n1")}).on("n2")).complete());
  EXPECT_FALSE(reported(Scene().on("n1", {pod("p", "n1", "old")})).complete());
}

TEST(Report, IsCompleteWhateverNodesKeepThatShouldHaveNone) {
  Scene scene;
  scene.on("n1", {pod("p", "n1")}).on("n2", stays, {pod("q", "n2", "old")}).without("n3", {pod("r", "n3", "old")});
  EXPECT_TRUE(reported(scene).complete());
}

TEST(Report, NamesANodeThatIsNotReadyAsTheCause) {
  auto unready = pod("p", "n1");
  unready.ready = false;
  const auto told = [](const objects::DaemonPod& one, objects::Time since) {
    Scene scene;
    scene.on("n1", {one});
    return report({scene.snapshot(), "new", at(100)}, {}, {{"n1", since}}).nodes.front();
  };
  const objects::Time before_noon = at(-60);
  EXPECT_EQ(told(unready, before_noon).why, "its node is NotReady since 2026-11-24T11:59:00Z");
  EXPECT_EQ(told(unready, before_noon).trouble, Trouble::not_ready);
  EXPECT_EQ(told(unready, {}).why,
            "its node is NotReady since 2026-11-24T12:00:00Z (by its pod; the node does not say)");
  auto crashed = unready;
  crashed.trouble = "container agent: CrashLoopBackOff";
  EXPECT_EQ(told(crashed, before_noon).why,
            "its node is NotReady since 2026-11-24T11:59:00Z; before, container agent: CrashLoopBackOff");
  auto going = unready;
  going.terminating = true;
  EXPECT_EQ(told(going, before_noon).why, "its node is NotReady since 2026-11-24T11:59:00Z, so nothing ends the pod");
  EXPECT_EQ(told(pod("p", "n1"), before_noon).why, "") << "the pod is well all the same";
}

TEST(Report, SaysWhatItsKubeletSays) {
  auto unready = pod("p", "n1");
  unready.ready = false;
  unready.trouble = "container agent: CrashLoopBackOff";
  objects::Node node = support::node("n1");
  const auto told = [&](std::string trouble, objects::Time since) {
    Scene scene;
    scene.on("n1", {unready});
    node.trouble = std::move(trouble);
    return report({scene.snapshot(), "new", at(100)}, {{"n1", node}}, {{"n1", since}}).nodes.front().why;
  };
  const std::string before = "; before, container agent: CrashLoopBackOff";
  EXPECT_EQ(told("its kubelet says: no network", at(-60)),
            "its node is NotReady since 2026-11-24T11:59:00Z (its kubelet says: no network)" + before);
  EXPECT_EQ(
      told("its kubelet is silent", {}),
      "its node is NotReady since 2026-11-24T12:00:00Z (by its pod; the node does not say; its kubelet is silent)" +
          before);
}

TEST(Report, DoesNotSayThatAPodIsAboutToBeCreatedWhereThatIsNotKnown) {
  Scene scene;
  scene.on("n1");
  const auto why = [&](Refusals refusals) {
    return report({scene.snapshot(), "new", at(100)}, {}, {}, refusals).nodes.front().why;
  };
  EXPECT_EQ(why(Refusals::unknown), "it has no pod yet; whether the API server refuses one is not known");
  scene.refusal = "forbidden: no";
  EXPECT_EQ(why(Refusals::known), "its pod is refused: forbidden: no");
  scene.refusal.clear();
  scene.set.terminating = true;
  EXPECT_EQ(why(Refusals::known), "the DaemonSet is being deleted");
}

TEST(Status, IsCompleteWhenKubectlSaysSo) {
  auto set = support::daemon_set();
  set.generation = 2;
  const auto complete = [&](const objects::DaemonSetStatus& status) {
    set.status = status;
    return status_is_complete(set);
  };
  const objects::DaemonSetStatus done{
      .desired_number_scheduled = 2, .observed_generation = 2, .updated_number_scheduled = 2, .number_available = 2};
  EXPECT_TRUE(complete(done));
  auto one = done;
  one.observed_generation = 1;
  EXPECT_FALSE(complete(one));
  one = done;
  one.updated_number_scheduled = 1;
  EXPECT_FALSE(complete(one));
  one = done;
  one.number_available = 1;
  EXPECT_FALSE(complete(one));
  one = done;
  one.number_misscheduled = 3;
  EXPECT_TRUE(complete(one));
}

TEST(Report, CountsTheDesiredAndTheUnavailable) {
  const Report result = reported(Scene().on("n1", {pod("p", "n1")}).on("n2").on("n3", nowhere));
  EXPECT_EQ(result.desired, 2);
  EXPECT_EQ(result.unavailable, 1);
  EXPECT_EQ(result.count(NodeState::missing), 1U);
}

TEST(Overview, TellsTheFirstThreeOfEachStateInWords) {
  Scene scene;
  for (const char* name : {"n7", "n3", "n5", "n1"}) scene.on(name, {pod("p", name, "old")});
  for (const char* name : {"n8", "n2"}) scene.on(name, {pod("p", name)});
  auto bad = pod("p", "n9");
  bad.ready = false;
  bad.stuck = true;
  bad.trouble = "container agent: ImagePullBackOff";
  scene.on("n9", {bad});
  const daemonset::Snapshot snapshot = scene.snapshot();
  const Overview seen = overview({snapshot, "new", at(100)}, {});
  std::string told;
  for (const NodeReport& node : seen.report.nodes) told += node.node + " " + std::string(name_of(node.state)) + "; ";
  EXPECT_EQ(told, "n1 outdated; n2 updated; n3 outdated; n5 outdated; n8 updated; n9 starting; ");
  EXPECT_EQ(seen.report.nodes.back().why, "container agent: ImagePullBackOff");
  EXPECT_EQ(seen.report.in_trouble, 1U);
  EXPECT_EQ(seen.report.count(NodeState::outdated), 4U);
  ASSERT_EQ(seen.nodes.size(), 7U) << "all are there without words";
  EXPECT_EQ(seen.nodes[6], (NodeInShort{.node = "n9", .state = NodeState::starting, .trouble = Trouble::failing}));
}

}  // namespace
}  // namespace everynode::daemonset
