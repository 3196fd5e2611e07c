#include "everynode/daemonset/situation.hpp"

#include <gtest/gtest.h>

#include "builders.hpp"

namespace everynode::daemonset {
namespace {

using support::at;
using support::pod;
using support::Scene;

/// A pod of the node "n", named after its revision and number, created so many seconds after the first.
objects::DaemonPod of(const std::string& revision, int number) {
  objects::DaemonPod made = pod(revision + std::to_string(number), "n", revision);
  made.created = at(number);
  return made;
}
objects::DaemonPod waiting(objects::DaemonPod pod) {
  pod.ready = false;
  return pod;
}
objects::DaemonPod leaving(objects::DaemonPod pod) {
  pod.terminating = true;
  return pod;
}
objects::DaemonPod over(objects::DaemonPod pod, objects::PodPhase phase) {
  pod.phase = phase;
  return waiting(std::move(pod));
}

std::string name(const NodePod* one) {
  return one == nullptr ? "none" : one->pod->name;
}

/// The situation of the pods of one node, in the order of the definition.
std::string found(std::vector<objects::DaemonPod> pods) {
  Scene scene;
  scene.on("n", std::move(pods));
  const Snapshot snapshot = scene.snapshot();
  const Situation situation(snapshot, "new", at(100));
  const NodePods& node = situation.nodes.front();
  const NewAndOld both = node.new_and_old();
  return name(node.first()) + " " + name(node.notable()) + " " + name(both.fresh) + " " + name(both.old) +
         (both.spare ? " spare" : "") + (node.available() ? " available" : "") +
         (node.inhabited() ? "" : " uninhabited") + (node.successor() ? " successor " + name(node.successor()) : "");
}

TEST(NodePods, TellsOneRevisionFromTheOther) {
  EXPECT_EQ(found({}), "none none none none uninhabited");
  EXPECT_EQ(found({of("new", 1)}), "new1 new1 new1 none available");
  EXPECT_EQ(found({waiting(of("old", 1))}), "old1 old1 none old1");
  EXPECT_EQ(found({of("old", 1), waiting(of("new", 2))}), "old1 old1 new2 old1 available successor new2");
  EXPECT_EQ(found({of("new", 2), of("old", 1)}), "old1 old1 new2 old1 available") << "it has come";
  EXPECT_EQ(found({of("old", 2), of("old", 1)}), "old1 old1 none old1 spare available");
}

TEST(NodePods, PutsWhatStaysAndServesFirst) {
  EXPECT_EQ(found({leaving(of("old", 1)), waiting(of("new", 2))}), "old1 new2 new2 none available");
  EXPECT_EQ(found({waiting(of("old", 1)), of("new", 2)}), "old1 new2 new2 old1 available");
  EXPECT_EQ(found({leaving(of("new", 1))}), "new1 new1 none none available");
}

TEST(NodePods, DoesNotCountWhatIsGone) {
  const auto failed = over(of("old", 1), objects::PodPhase::failed);
  EXPECT_EQ(found({leaving(failed)}), "none none none none uninhabited");
  EXPECT_EQ(found({failed}), "old1 old1 none old1");
  EXPECT_EQ(found({leaving(failed), of("new", 2)}), "new2 new2 new2 none available");
}

TEST(Situation, KnowsWhatBecomesOfEachPod) {
  Scene scene;
  scene.on("n", {of("new", 1), over(of("new", 2), objects::PodPhase::failed),
                 over(of("new", 3), objects::PodPhase::succeeded), leaving(of("new", 4)),
                 leaving(over(of("new", 5), objects::PodPhase::succeeded))});
  const Snapshot snapshot = scene.snapshot();
  const Situation situation(snapshot, "new", at(100));
  std::vector<Standing> standings;
  for (const NodePod& one : situation.nodes.front().pods) standings.push_back(one.standing);
  EXPECT_EQ(standings, (std::vector<Standing>{Standing::running, Standing::failed, Standing::succeeded,
                                              Standing::leaving, Standing::gone}));
}

TEST(Situation, DesiresAPodWhereThereIsANodeThatShouldRunOne) {
  Scene scene;
  scene.on("n1").without("n2", {of("new", 1)}).on("n3", {.should_run = false, .should_continue = true}, {});
  const Snapshot snapshot = scene.snapshot();
  const Situation situation(snapshot, "new", at(100));
  std::vector<bool> desired;
  for (const NodePods& node : situation.nodes) desired.push_back(node.desired());
  EXPECT_EQ(desired, (std::vector<bool>{true, false, false}));
}

}  // namespace
}  // namespace everynode::daemonset
