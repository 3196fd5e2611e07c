// One pod on every node that should have one, none elsewhere: section 5 of the requirements.
#include "everynode/daemonset/manage.hpp"

#include <gtest/gtest.h>

#include "builders.hpp"

namespace everynode::daemonset {
namespace {

using support::at;
using support::pod;
using support::Scene;
using support::to_text;

constexpr objects::Placement stays{.should_run = false, .should_continue = true, .misfit = objects::Misfit::taint};
constexpr objects::Placement goes{.should_run = false, .should_continue = false, .misfit = objects::Misfit::taint};

objects::DaemonPod with(objects::DaemonPod pod, void (*change)(objects::DaemonPod&)) {
  change(pod);
  return pod;
}
void failed(objects::DaemonPod& pod) {
  pod.phase = objects::PodPhase::failed;
  pod.ready = false;
}
void succeeded(objects::DaemonPod& pod) {
  pod.phase = objects::PodPhase::succeeded;
}
void terminating(objects::DaemonPod& pod) {
  pod.terminating = true;
}
void gone(objects::DaemonPod& pod) {
  failed(pod);
  terminating(pod);
}
void unbound(objects::DaemonPod& pod) {
  pod.node_name.clear();
  pod.ready = false;
  pod.phase = objects::PodPhase::pending;
}
void not_ready(objects::DaemonPod& pod) {
  pod.ready = false;
}

std::string managed(const Scene& scene, double now = 100) {
  return to_text(manage({scene.snapshot(), "new", at(now)}).actions);
}

Scene surging() {
  Scene scene;
  scene.set.strategy = {.rolling = true, .max_unavailable = {.value = 0}, .max_surge = {.value = 1}};
  return scene;
}

TEST(Manage, CreatesWhereThereIsNone) {  // requirement 5.2
  EXPECT_EQ(managed(Scene().on("n1").on("n2", {pod("p", "n2")}).on("n3", stays).on("n4", goes)),
            "create a pod for node n1");
}

TEST(Manage, CreatesNoSecondWhileTheFirstIsInFlight) {
  EXPECT_EQ(managed(Scene().creating("n1").on("n2")), "create a pod for node n2");
}

TEST(Manage, WaitsForTheOldPodToGo) {  // requirement 5.5
  EXPECT_EQ(managed(Scene().on("n1", {with(pod("p", "n1"), terminating)})), "");
  EXPECT_EQ(managed(Scene().on("n1", {with(pod("p", "n1"), unbound)})), "");
}

TEST(Manage, DoesNotWaitForAPodThatIsOverAndGoing) {  // requirement 5.1
  EXPECT_EQ(managed(Scene().on("n1", {with(pod("p", "n1"), gone)})), "create a pod for node n1");
  EXPECT_EQ(managed(Scene().on("n1", goes, {with(pod("p", "n1"), gone)})), "");
}

TEST(Manage, DeletesWhereNoneMayStay) {  // requirement 5.2
  EXPECT_EQ(managed(Scene().on("n1", goes,
                               {pod("p", "n1"), with(pod("q", "n1"), terminating), with(pod("r", "n1"), failed)})),
            "delete pod p of node n1: not eligible; delete pod r of node n1: not eligible");
  EXPECT_EQ(managed(Scene().on("n1", stays, {pod("p", "n1")})), "");
}

TEST(Manage, KeepsTheFirstOfSeveral) {  // requirements 5.5 and 5.8
  auto older = pod("z", "n1");
  older.created = at(-20);
  auto unbound_and_oldest = with(pod("a", "n1"), unbound);
  unbound_and_oldest.created = at(-30);
  EXPECT_EQ(managed(Scene().on("n1", {pod("b", "n1"), older, unbound_and_oldest})),
            "delete pod a of node n1: duplicate; delete pod b of node n1: duplicate");
  EXPECT_EQ(managed(Scene().on("n1", {pod("c", "n1"), pod("b", "n1")})), "delete pod c of node n1: duplicate");
  EXPECT_EQ(managed(Scene().on("n1", stays, {pod("c", "n1"), pod("b", "n1")})), "delete pod c of node n1: duplicate");
  EXPECT_EQ(managed(Scene().on("n1", {pod("c", "n1"), with(pod("b", "n1"), terminating)})), "");
}

TEST(Manage, ReplacesPodsThatAreOver) {  // requirements 5.3 and 5.4
  EXPECT_EQ(managed(Scene().on("n1", {with(pod("p", "n1"), succeeded)})), "delete pod p of node n1: succeeded");
  EXPECT_EQ(managed(Scene().on("n1", {with(pod("p", "n1"), failed)})), "delete pod p of node n1: failed");
  EXPECT_EQ(managed(Scene().on("n1", stays, {with(pod("p", "n1"), failed)})), "delete pod p of node n1: failed");
}

TEST(Manage, LeavesAFailedPodForAWhile) {  // requirement 5.4
  Scene scene;
  scene.on("n1", {with(pod("p", "n1"), failed)}).on("n2", {with(pod("q", "n2"), failed)});
  scene.backoff.replaced("n1", "new", at(99.5));
  const Managed waiting = manage({scene.snapshot(), "new", at(100)});
  EXPECT_EQ(to_text(waiting.actions), "delete pod q of node n2: failed");
  EXPECT_EQ(waiting.again_at, at(100.5));
  EXPECT_EQ(managed(scene, 100.5), "delete pod p of node n1: failed; delete pod q of node n2: failed");
}

TEST(Manage, LeavesBoundPodsOfVanishedNodesToOthers) {  // requirement 5.9
  EXPECT_EQ(managed(Scene().without("n1", {pod("p", "n1"), with(pod("q", "n1"), unbound),
                                           with(with(pod("r", "n1"), unbound), terminating)})),
            "delete pod q of node n1: node is gone");
}

TEST(Manage, IgnoresPodsWithoutTarget) {  // requirement 4.6
  EXPECT_EQ(managed(Scene().on("n1").unplaced(pod("p", ""))), "create a pod for node n1");
}

TEST(ManageSurge, CreatesBesideWhatIsOver) {  // requirement 5.6
  EXPECT_EQ(managed(surging().on("n1", {with(pod("p", "n1"), terminating)})), "create a pod for node n1");
  EXPECT_EQ(managed(surging().on("n1", stays, {with(pod("p", "n1"), terminating)})), "");
  EXPECT_EQ(managed(surging().on("n1", {with(pod("p", "n1"), failed)})),
            "create a pod for node n1; delete pod p of node n1: failed");
}

TEST(ManageSurge, DoesNotCreateBesideAFailedPodThatWaits) {  // requirement 5.6
  Scene scene = surging();
  scene.on("n1", {with(pod("p", "n1"), failed)});
  scene.backoff.replaced("n1", "new", at(99.5));
  EXPECT_EQ(managed(scene), "");
}

TEST(ManageSurge, KeepsOneOfEachRevision) {  // requirement 5.6
  const auto fresh = with(pod("new1", "n1"), not_ready);
  EXPECT_EQ(managed(surging().on("n1", {fresh, pod("old1", "n1", "old")})), "");
  EXPECT_EQ(
      managed(surging().on("n1", {fresh, pod("new2", "n1"), pod("old1", "n1", "old"), pod("old2", "n1", "older")})),
      "delete pod new2 of node n1: duplicate; delete pod old2 of node n1: duplicate");
  auto waiting = with(pod("new0", "n1"), unbound);
  waiting.created = at(-20);
  EXPECT_EQ(managed(surging().on("n1", {waiting, fresh})), "delete pod new0 of node n1: duplicate")
      << "what is bound stays before what is older (requirement 5.8)";
  EXPECT_EQ(managed(surging().on("n1", {pod("new1", "n1"), pod("old1", "n1", "old")})),
            "delete pod old1 of node n1: surge is over");
  EXPECT_EQ(managed(surging().on("n1", {fresh, with(pod("old1", "n1", "old"), not_ready)})),
            "delete pod old1 of node n1: surge is over");
  Scene slow = surging();
  slow.set.min_ready_seconds = 200;
  slow.on("n1", {pod("new1", "n1"), pod("old1", "n1", "old")});
  EXPECT_EQ(managed(slow), "") << "the new one is ready, but not yet available";
  EXPECT_EQ(manage({slow.snapshot(), "new", at(100)}).again_at, at(200));
}

TEST(ManageSurge, IsAskedOfOneNode) {  // requirement 5.7
  const std::vector<std::pair<objects::UpdateStrategy, bool>> cases{
      {{.rolling = true, .max_unavailable = {}, .max_surge = {.value = 1}}, true},
      {{.rolling = true, .max_unavailable = {}, .max_surge = {.value = 1, .percent = true}}, true},
      {{.rolling = true, .max_unavailable = {}, .max_surge = {.value = 0, .percent = true}}, false},
      {objects::UpdateStrategy{}, false},
      {{.rolling = false, .max_unavailable = {}, .max_surge = {.value = 1}}, false},
  };
  for (const auto& [strategy, surges] : cases) EXPECT_EQ(strategy.surges(), surges);
}

TEST(Manage, DeletesByUid) {  // requirement 5.10
  Scene scene;
  scene.on("n1", goes, {pod("p", "n1")});
  const Managed managed = manage({scene.snapshot(), "new", at(0)});
  ASSERT_EQ(managed.actions.size(), 1U);
  EXPECT_EQ(std::get<DeletePod>(managed.actions.front()),
            (DeletePod{.name = "p", .uid = "uid-p", .node = "n1", .reason = DeleteReason::not_eligible}));
}

TEST(CreatePod, HasOneSeedForOneSituation) {
  const objects::DaemonSet set = support::daemon_set();
  const auto p = pod("p", "n1");
  const auto q = pod("q", "n1");
  DaemonNode node;
  node.name = "n1";
  const auto seed = [&] { return create_pod(set, node).name_hash; };
  const auto empty = seed();
  EXPECT_EQ(empty, seed());
  node.last_gone = 7;
  EXPECT_NE(empty, seed());
  node.last_gone = 0;
  node.pods = {&p, &q};
  const auto both = seed();
  EXPECT_NE(empty, both);
  node.pods = {&q, &p};
  EXPECT_EQ(both, seed()) << "pods come in no order";
  node.pods.clear();
  node.name = "n2";
  EXPECT_NE(empty, seed());
}

TEST(PodBackoff, DoublesUpToAQuarterOfAnHour) {  // requirement 5.4
  PodBackoff backoff;
  double now = 0;
  std::vector<double> waits;
  for (int i = 0; i < 12; ++i) {
    backoff.replaced("n1", "new", at(now));
    const double until = std::chrono::duration<double>(*backoff.until("n1", at(now)) - at(0)).count();
    waits.push_back(until - now);
    EXPECT_FALSE(backoff.until("n1", at(until))) << "the wait ends with its last moment";
    now = until;
  }
  EXPECT_EQ(waits, (std::vector<double>{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900}));
  EXPECT_FALSE(backoff.until("n2", at(now))) << "each node has its own";
}

TEST(PodBackoff, ForgetsAfterHalfAnHourAndWithANewGeneration) {  // requirement 5.4
  PodBackoff backoff;
  backoff.generation(1);
  backoff.replaced("n1", "new", at(0));
  backoff.replaced("n1", "new", at(1));
  EXPECT_EQ(backoff.until("n1", at(1)), at(3));
  backoff.generation(1);
  EXPECT_EQ(backoff.until("n1", at(1)), at(3));
  backoff.generation(2);
  EXPECT_FALSE(backoff.until("n1", at(1)));
  backoff.replaced("n1", "new", at(0));
  backoff.replaced("n1", "new", at(1));
  backoff.replaced("n1", "new", at(1801));
  EXPECT_EQ(backoff.until("n1", at(1801)), at(1805)) << "30 minutes are not more than 30 minutes";
  EXPECT_TRUE(backoff.remembers("n1", "new", at(1801 + 1800)));
  EXPECT_FALSE(backoff.remembers("n1", "old", at(1801 + 1800)));
  EXPECT_FALSE(backoff.remembers("n1", at(1801 + 1801)));
  backoff.replaced("n1", "new", at(1801 + 1801));
  EXPECT_EQ(backoff.until("n1", at(3602)), at(3603));
  backoff.sweep(at(3602 + 1801));
  backoff.replaced("n1", "new", at(3603));
  EXPECT_EQ(backoff.until("n1", at(3603)), at(3604));
}

TEST(Availability, NeedsReadinessForLongEnough) {  // requirement 10.6
  auto p = pod("p", "n1");
  p.ready_since = at(0);
  EXPECT_TRUE(is_available(p, 0, at(0)));
  EXPECT_FALSE(is_available(p, 10, at(9.999)));
  EXPECT_EQ(objects::available_at(p, 10, at(9.999)), at(10));
  EXPECT_TRUE(is_available(p, 10, at(10)));
  EXPECT_EQ(objects::available_at(p, 10, at(10)), std::nullopt);
  p.ready_since = objects::Time{};
  EXPECT_TRUE(is_available(p, 0, at(0)));
  EXPECT_FALSE(is_available(p, 1, at(0))) << "nobody knows since when";
  EXPECT_EQ(objects::available_at(p, 1, at(0)), std::nullopt);
  p.ready = false;
  EXPECT_FALSE(is_available(p, 0, at(0)));
  auto over = with(pod("q", "n1"), gone);
  over.ready = true;
  EXPECT_TRUE(is_available(over, 0, at(0))) << "phase and deletion do not count";
}

}  // namespace
}  // namespace everynode::daemonset
