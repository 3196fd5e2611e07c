#include "everynode/cache/store.hpp"

#include <gtest/gtest.h>

#include "everynode/codec/hash.hpp"
#include "stores.hpp"

namespace everynode::cache {
namespace {

using objects::DaemonPod;
using objects::DaemonSet;
using support::node;
using support::revision;

TEST(Store, PutsEachPodOnItsNode) {
  const auto store = usual();
  store->put(pod_at("20", "n1", "p"));
  store->put(pod_at("20", "n2", "q"));
  store->put(pod_at("20", "n9", "r"));
  store->put(pod_at("20", "", "u"));
  EXPECT_EQ(touched(*store), "agent");
  EXPECT_EQ(seen(*store), "n1+: p; n2+: q; (n9): r; unplaced u");
}

TEST(Store, ComesToTheSameInAnyOrder) {
  std::vector<int> order{0, 1, 2, 3, 4};
  do {
    Store store;
    for (const int step : order) {
      if (step == 0) store.put(daemon_set());
      if (step == 1) store.put(node("n1"));
      if (step == 2) store.put(pod_at("20", "n1", "p"));
      if (step == 3) store.put(pod_at("21", "n2", "q"));
      if (step == 4) store.put(owned_by(pod_at("22", "n1", "o"), {}));
    }
    EXPECT_EQ(seen(store), "n1+: p; (n2): q; orphans o");
    EXPECT_EQ(touched(store), "agent");
  } while (std::ranges::next_permutation(order).found);
}

TEST(Store, TakesTheNewerVersionOnly) {  // requirement 7.4
  const auto store = usual();
  auto ready = pod_at("9");
  ready.ready = false;
  store->put(pod_at("10"));
  static_cast<void>(store->take_touched());
  store->put(ready);
  EXPECT_EQ(touched(*store), "") << "9 is older than 10";
  EXPECT_TRUE(store->state(agent)->find("n1")->pods.front()->ready);
  ready.resource_version = "11";
  store->put(ready);
  EXPECT_EQ(touched(*store), "agent");
  EXPECT_FALSE(store->state(agent)->find("n1")->pods.front()->ready);
  store->put(daemon_set("ds-1", "9"));
  store->put(daemon_set("ds-1", "10"));
  EXPECT_EQ(touched(*store), "");
}

TEST(Store, IsNotTouchedByHeartbeats) {  // requirement 1.8
  const auto store = usual();
  store->put(pod_at("20"));
  static_cast<void>(store->take_touched());
  store->put(pod_at("21"));
  EXPECT_EQ(touched(*store), "");
  auto older = pod_at("20");
  older.ready = false;
  store->put(older);
  EXPECT_EQ(touched(*store), "") << "but it remembers the version";
}

TEST(Store, LetsNoDeletedPodComeBack) {
  const auto store = usual();
  store->put(pod_at("20"));
  store->remove_pod("uid-p");
  EXPECT_EQ(touched(*store), "agent");
  store->put(pod_at("21"));
  store->put(pod_at("21"), Store::Source::write);
  EXPECT_EQ(touched(*store), "");
  EXPECT_EQ(seen(*store), "n1+:; n2+:");
  store->remove_pod("uid-q");
  store->put(pod_at("22", "n1", "q"), Store::Source::write);
  EXPECT_EQ(seen(*store), "n1+:; n2+:") << "nor one whose deletion came before its creation";
}

TEST(Store, ForgetsAllThatWasDeletedToo) {
  const auto store = usual();
  store->put(pod_at("20"));
  store->remove_pod("uid-p");
  static_cast<void>(store->take_touched());
  store->forget_all();
  EXPECT_EQ(seen(*store), "none");
  EXPECT_EQ(touched(*store), "agent");
  store->put(daemon_set("ds-1", "3"));
  store->put(node("n1"));
  store->put(pod_at("5"));
  EXPECT_EQ(seen(*store), "n1+: p") << "a backup brings back what was deleted, in an older version";
}

TEST(Store, KnowsTheNewestAnswerToAWriteWhenAListIsAskedFor) {
  const auto store = usual();
  EXPECT_TRUE(store->before_list(Store::Kind::pod).empty());
  store->put(pod_at("30", "n1", "p"), Store::Source::write);
  store->put(pod_at("40", "n2", "q"));
  store->put(pod_at("20", "n2", "r"), Store::Source::write);
  EXPECT_EQ(store->before_list(Store::Kind::pod).key.name, "p");
  EXPECT_EQ(store->before_list(Store::Kind::pod).resource_version, "30");
}

/// The continuity of a list that was asked for when a pod was known in version 30, or deleted.
kube::Continuity list_with(Store& store, const DaemonPod& pod, const std::string& version) {
  static_cast<void>(store.before_list(Store::Kind::pod));
  store.begin_replace(Store::Kind::pod);
  store.put(pod);
  return store.end_replace(Store::Kind::pod, version);
}

TEST(Store, SeesInAListThatTheClusterWentBack) {
  auto store = usual();
  store->put(pod_at("30"));
  EXPECT_EQ(list_with(*store, pod_at("30"), "50"), kube::Continuity::proven);
  EXPECT_EQ(list_with(*store, pod_at("40"), "50"), kube::Continuity::proven);
  EXPECT_EQ(list_with(*store, pod_at("20"), "50"), kube::Continuity::broken) << "it was newer before the list";
  store->remove_pod("uid-p");
  EXPECT_EQ(list_with(*store, pod_at("20"), "50"), kube::Continuity::broken) << "it was deleted before the list";
}

TEST(Store, TakesWhatHappensDuringAListForNoRestore) {
  auto store = usual();
  store->put(pod_at("30"));
  static_cast<void>(store->before_list(Store::Kind::pod));
  store->put(pod_at("60"), Store::Source::write);
  store->begin_replace(Store::Kind::pod);
  store->put(pod_at("30"));
  EXPECT_EQ(store->end_replace(Store::Kind::pod, "50"), kube::Continuity::proven)
      << "a write that was answered meanwhile";
  static_cast<void>(store->before_list(Store::Kind::pod));
  store->remove_pod("uid-p");
  store->begin_replace(Store::Kind::pod);
  store->put(pod_at("60"));
  EXPECT_EQ(store->end_replace(Store::Kind::pod, "70"), kube::Continuity::proven)
      << "a deletion that was answered meanwhile";
}

TEST(Store, LetsNoDeletedDaemonSetComeBack) {
  const auto store = usual();
  store->remove_daemon_set(agent, "ds-1");
  EXPECT_EQ(touched(*store), "agent");
  store->put(daemon_set("ds-1", "11"), Store::Source::write);  // a write of the status was under way
  EXPECT_EQ(seen(*store), "none");
  store->put(daemon_set("ds-2", "12"));
  EXPECT_EQ(seen(*store), "n1+:; n2+:");
}

TEST(Store, LetsNoDeletedRevisionComeBack) {
  const auto store = usual();
  store->put(revision("a", 1, "{}"));
  store->remove_revision("uid-agent-a");
  EXPECT_EQ(touched(*store), "agent");
  store->put(revision("a", 2, "{}"), Store::Source::write);
  EXPECT_TRUE(store->view(agent).revisions.empty());
}

TEST(Store, RemembersThePodThatWentLast) {
  const auto store = usual();
  store->put(pod_at("20", "n1", "p"));
  store->put(pod_at("20", "n1", "q"));
  EXPECT_EQ(store->state(agent)->find("n1")->last_gone, 0);
  store->remove_pod("uid-p");
  EXPECT_EQ(store->state(agent)->find("n1")->last_gone, codec::fnv1a("uid-p"));
  EXPECT_EQ(seen(*store), "n1+: q; n2+:");
  store->put(owned_by(pod_at("21", "n1", "q"), {}));
  EXPECT_EQ(store->state(agent)->find("n1")->last_gone, codec::fnv1a("uid-p")) << "an orphan has not gone";
  store->put(pod_at("20", "n9", "r"));
  store->remove_pod("uid-r");
  EXPECT_EQ(seen(*store), "n1+:; n2+:; orphans q") << "a node that is no more is forgotten with its last pod";
}

TEST(Store, KeepsOnlyWhatConcernsDaemonSets) {
  const auto store = usual();
  auto of_job = pod_at("20");
  of_job.controller = objects::ControllerRef{.kind = "Job", .name = "j", .uid = "j-1"};
  store->put(of_job);
  EXPECT_EQ(store->pods(), 0U);
  store->put(pod_at("21"));
  of_job.resource_version = "22";
  store->put(of_job);
  EXPECT_EQ(store->pods(), 0U) << "another has become its controller";
  EXPECT_EQ(seen(*store), "n1+:; n2+:");
}

// --- nodes ---

TEST(StoreNodes, ComeChangeAndGo) {
  const auto store = usual();
  store->put(pod_at("20", "n3", "p"));
  EXPECT_EQ(seen(*store), "n1+:; n2+:; (n3): p");
  static_cast<void>(store->take_touched());
  store->put(node("n3"));
  EXPECT_EQ(touched(*store), "agent");
  EXPECT_EQ(seen(*store), "n1+:; n2+:; n3+: p");
  store->put(node("n3", {}, {{.key = "gpu", .value = "", .effect = "NoSchedule"}}));
  EXPECT_EQ(touched(*store), "agent") << "a counter changes (requirement 1.6)";
  EXPECT_EQ(seen(*store), "n1+:; n2+:; n3~: p");
  store->put(node("n3", {}, {{.key = "gpu", .value = "", .effect = "NoExecute"}}));
  EXPECT_EQ(touched(*store), "agent");
  EXPECT_EQ(seen(*store), "n1+:; n2+:; n3-: p");
  store->remove_node("n3");
  EXPECT_EQ(touched(*store), "agent") << "a node that has gone (requirement 1.5)";
  EXPECT_EQ(seen(*store), "n1+:; n2+:; (n3): p");
  store->remove_node("n1");
  EXPECT_EQ(seen(*store), "n2+:; (n3): p");
  store->remove_node("n1");
  store->remove_pod("uid-p");
  EXPECT_EQ(seen(*store), "n2+:");
}

TEST(StoreNodes, ThatCannotBeReadAreThereAllTheSame) {
  const auto store = usual();
  store->put(pod_at("20", "n9", "p"));
  store->keep(Store::Kind::node, "n1");
  store->keep(Store::Kind::node, "n9");
  EXPECT_EQ(seen(*store), "n1+:; n2+:; n9~: p") << "what is known of n1 stays; pods for n9 are left alone";
  store->put(node("n9"));
  EXPECT_EQ(seen(*store), "n1+:; n2+:; n9+: p");
  store->begin_replace(Store::Kind::node);
  store->keep(Store::Kind::node, "n8");
  store->end_replace(Store::Kind::node, "30");
  EXPECT_EQ(seen(*store), "n8~:; (n9): p");
}

TEST(StoreNodes, TouchWhomTheyConcernOnly) {  // requirements 1.4 and 1.6
  Store store;
  DaemonSet zoned = daemon_set();
  zoned.pod_template = support::pod_template(R"("nodeSelector":{"zone":"a"})");
  store.put(zoned);
  static_cast<void>(store.take_touched());
  store.put(node("n1", {{"zone", "b"}}));
  EXPECT_EQ(touched(store), "") << "a node that is not for it";
  store.put(node("n1", {{"zone", "c"}}));
  EXPECT_EQ(touched(store), "");
  store.put(node("n1", {{"zone", "a"}}));
  EXPECT_EQ(touched(store), "agent");
  store.put(node("n1", {{"zone", "a"}}));
  store.put(node("n1", {{"zone", "a"}, {"heart", "beats"}}));
  EXPECT_EQ(touched(store), "");
  store.put(node("n2", {{"zone", "b"}}));
  store.remove_node("n2");
  EXPECT_EQ(touched(store), "");
  store.remove_node("n1");
  EXPECT_EQ(touched(store), "agent");
}

TEST(StoreNodes, AreJudgedAgainByANewTemplate) {
  const auto store = usual();
  store->put(node("n2", {{"zone", "a"}}));
  DaemonSet zoned = daemon_set("ds-1", "11");
  zoned.pod_template = support::pod_template(R"("nodeSelector":{"zone":"a"})");
  store->put(zoned);
  EXPECT_EQ(touched(*store), "agent");
  EXPECT_EQ(seen(*store), "n1-:; n2+:");
}

// --- owners ---

TEST(StoreOwners, MayComeAfterTheirPods) {
  Store store;
  store.put(pod_at("20"));
  store.put(node("n1"));
  EXPECT_EQ(touched(store), "");
  EXPECT_EQ(seen(store), "none");
  store.put(daemon_set());
  EXPECT_EQ(touched(store), "agent");
  EXPECT_EQ(seen(store), "n1+: p");
}

TEST(StoreOwners, AreToldApartByUid) {  // requirement 12.3
  const auto store = usual();
  store->put(pod_at("20"));
  store->put(daemon_set("ds-2", "30"));  // we missed the deletion of ds-1 (requirement 1.2)
  EXPECT_EQ(seen(*store), "n1+:; n2+:") << "the pod of the old one is foreign";
  store->put(owned_by(pod_at("31", "n2", "q"), "ds-2"));
  EXPECT_EQ(seen(*store), "n1+:; n2+: q");
  store->put(daemon_set("ds-1", "11"));
  EXPECT_EQ(seen(*store), "n1+:; n2+: q") << "an old event of the old one";
  store->remove_daemon_set(agent, "ds-1");
  EXPECT_EQ(seen(*store), "n1+:; n2+: q") << "the late news of its deletion";
  static_cast<void>(store->take_touched());
  store->remove_pod("uid-p");
  EXPECT_EQ(touched(*store), "") << "the UID decides (requirement 1.12)";
}

TEST(StoreOwners, MayChange) {  // requirement 1.8
  const auto store = usual();
  store->put(pod_at("20"));
  static_cast<void>(store->take_touched());
  store->put(owned_by(pod_at("21"), {}));
  EXPECT_EQ(touched(*store), "agent");
  EXPECT_EQ(seen(*store), "n1+:; n2+:; orphans p");
  store->put(pod_at("22"));
  EXPECT_EQ(touched(*store), "agent");
  EXPECT_EQ(seen(*store), "n1+: p; n2+:");
}

TEST(StoreOwners, SeeStraysApart) {
  const auto store = usual();
  store->put(pod_at("20"));
  auto stray = pod_at("21");
  stray.labels = {{"app", "other"}};
  static_cast<void>(store->take_touched());
  store->put(stray);
  EXPECT_EQ(touched(*store), "agent");
  EXPECT_EQ(seen(*store), "n1+:; n2+:; unmatched p");
  stray.controller.reset();
  stray.resource_version = "22";
  store->put(stray);
  EXPECT_EQ(seen(*store), "n1+:; n2+:");
}

TEST(StoreOrphans, ConcernWhoseSelectorMatches) {  // requirements 1.7 and 1.13
  const auto store = usual();
  DaemonSet other = daemon_set("ds-9");
  other.name = "other";
  other.selector.requirements = {{.key = "app", .op = "In", .values = {"other"}}};
  store->put(other);
  DaemonSet everything = daemon_set("ds-8");
  everything.name = "everything";
  everything.selector = {};
  store->put(everything);
  DaemonSet elsewhere = daemon_set("ds-7");
  elsewhere.namespace_ = "elsewhere";
  store->put(elsewhere);
  static_cast<void>(store->take_touched());
  store->put(owned_by(pod_at("20"), {}));
  const auto keys = store->take_touched();
  EXPECT_EQ(keys, std::vector<Key>{agent});
  EXPECT_TRUE(store->view({.namespace_ = "default", .name = "other"}).orphans.empty());
  EXPECT_TRUE(store->view({.namespace_ = "elsewhere", .name = "agent"}).orphans.empty());
}

TEST(DaemonSetState, KeepsItsBackoffAcrossUpdates) {  // requirement 5.4
  const auto store = std::make_unique<Store>();
  DaemonSet set = daemon_set();
  set.status.observed_generation = 4;
  store->put(set);
  store->state(agent)->backoff().replaced("n1", "new", support::at(0));
  set.resource_version = "11";
  set.status.number_ready = 3;
  store->put(set);
  EXPECT_TRUE(store->state(agent)->backoff().until("n1", support::at(0)));
  set.resource_version = "12";
  set.status.observed_generation = 5;
  store->put(set);
  EXPECT_FALSE(store->state(agent)->backoff().until("n1", support::at(0)));
}

TEST(DaemonSetState, KnowsWhosePodIsBeingCreatedAcrossHeartbeats) {
  const auto store = usual();
  store->state(agent)->set_creating("n1", true);
  store->state(agent)->set_creating("unknown", true);
  store->put(support::node("n1"));
  EXPECT_TRUE(store->state(agent)->find("n1")->creating);
  EXPECT_FALSE(store->state(agent)->find("n2")->creating);
  store->state(agent)->set_creating("n1", false);
  EXPECT_FALSE(store->state(agent)->find("n1")->creating);
}

TEST(DaemonSetState, KnowsWhosePodIsBeingCreatedWhileItsNodeGoesAndComes) {
  const auto store = usual();
  store->state(agent)->set_creating("n1", true);
  store->remove_node("n1");
  store->put(support::node("n1"));
  EXPECT_TRUE(store->state(agent)->find("n1")->creating);
  store->remove_node("n1");
  store->state(agent)->set_creating("n1", false);
  EXPECT_EQ(store->state(agent)->find("n1"), nullptr);
}

TEST(DaemonSetState, KnowsWhosePodIsBeingCreatedWhenItsNodeHasGoneBefore) {
  const auto store = usual();
  store->remove_node("n1");
  store->state(agent)->set_creating("n1", true);
  store->put(support::node("n1"));
  EXPECT_TRUE(store->state(agent)->find("n1")->creating);
  store->remove_node("n1");
  store->state(agent)->set_creating("n1", false);
  EXPECT_EQ(store->state(agent)->find("n1"), nullptr);
}

TEST(Store, KeepsTheLabelsOfTwoRevisionsOnceEach) {
  Store store;
  store.put(daemon_set(), Store::Source::watch);
  for (const int i : {1, 2, 3, 4}) {
    objects::DaemonPod made =
        support::pod("p" + std::to_string(i), "n" + std::to_string(i), i % 2 == 0 ? "old" : "new");
    store.put(std::move(made), Store::Source::watch);
  }
  const View view = store.view(agent);
  std::map<std::string, objects::Labels> labels;
  for (const auto& node : view.snapshot.nodes) labels[node.name] = node.pods.at(0)->labels;
  EXPECT_TRUE(labels["n1"].shares(labels["n3"]));
  EXPECT_TRUE(labels["n2"].shares(labels["n4"]));
  EXPECT_FALSE(labels["n1"].shares(labels["n2"]));
}

}  // namespace
}  // namespace everynode::cache
