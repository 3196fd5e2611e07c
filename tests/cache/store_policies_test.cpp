// RolloutPolicies in the store: whom they serve, and what wakes whom.
#include <gtest/gtest.h>

#include "stores.hpp"

namespace everynode::cache {
namespace {

objects::RolloutPolicy policy(const std::string& name, int created = 1, const std::string& version = "50") {
  objects::RolloutPolicy policy;
  policy.namespace_ = "default";
  policy.name = name;
  policy.uid = "uid-" + name;
  policy.resource_version = version;
  policy.generation = 1;
  policy.created = objects::Time(std::chrono::seconds(created));
  objects::Wave& canary = policy.waves.emplace_back();
  canary.name = "canary";
  canary.nodes = {.requirements = {{.key = "canary", .op = "Exists", .values = {}}}};
  return policy;
}

std::string serving(const Store& store) {
  const objects::RolloutPolicy* const found = store.view(agent).snapshot.policy;
  return found == nullptr ? "none" : found->name;
}

std::string touched_policies(Store& store) {
  std::string text;
  for (const Key& key : store.take_touched_policies()) text += (text.empty() ? "" : " ") + key.name;
  return text;
}

/// "n1 canary; n2 rest".
std::string placed(const Store& store) {
  const View view = store.view(agent);
  std::map<std::string, std::string> waves;
  for (std::size_t i = 0; i < view.snapshot.nodes.size(); ++i) {
    waves[view.snapshot.nodes[i].name] = rollout::name_of(view.snapshot.places[i], view.snapshot.policy->waves);
  }
  std::string text;
  for (const auto& [node, wave] : waves) text += (text.empty() ? "" : "; ") + node + " " + wave;
  return text;
}

TEST(StorePolicies, ServeFromWhenTheyComeUntilTheyGo) {
  const auto store = usual();
  EXPECT_EQ(serving(*store), "none");
  store->put(policy("a"));
  EXPECT_EQ(serving(*store), "a");
  EXPECT_EQ(touched(*store), "agent");
  EXPECT_EQ(touched_policies(*store), "a");
  store->remove_policy({.namespace_ = "default", .name = "a"}, "uid-other");
  EXPECT_EQ(serving(*store), "a");
  store->remove_policy({.namespace_ = "default", .name = "a"}, "uid-a");
  EXPECT_EQ(serving(*store), "none");
  EXPECT_EQ(touched(*store), "agent");
  store->put(policy("a", 1, "49"));
  EXPECT_EQ(serving(*store), "none") << "late news of one that has gone";
}

TEST(StorePolicies, ServeByAge) {
  const auto store = usual();
  store->put(policy("a", 2));
  store->put(policy("b", 1));
  EXPECT_EQ(serving(*store), "b");
  const auto selected = store->selected_by(store->policies().begin()->second);
  ASSERT_EQ(selected.size(), 1U);
  EXPECT_EQ(selected[0].served_by, "b");
  store->remove_policy({.namespace_ = "default", .name = "b"}, "uid-b");
  EXPECT_EQ(serving(*store), "a");
  EXPECT_TRUE(touched_policies(*store).contains("a"));
}

TEST(StorePolicies, FollowTheLabelsOfTheDaemonSet) {
  const auto store = usual();
  objects::RolloutPolicy wanted = policy("a");
  wanted.selector.requirements = {{.key = "tier", .op = "In", .values = {"network"}}};
  store->put(wanted);
  EXPECT_EQ(serving(*store), "none");
  objects::DaemonSet set = daemon_set("ds-1", "11");
  set.labels = {{"tier", "network"}};
  store->put(set);
  EXPECT_EQ(serving(*store), "a");
  static_cast<void>(touched_policies(*store));
  set.resource_version = "12";
  set.labels = {};
  store->put(set);
  EXPECT_EQ(serving(*store), "none");
  EXPECT_EQ(touched_policies(*store), "a");
}

TEST(StorePolicies, PlaceNodesByTheirLabelsOfToday) {
  const auto store = usual();
  store->put(policy("a"));
  static_cast<void>(store->take_touched());
  EXPECT_EQ(placed(*store), "n1 rest; n2 rest");
  store->put(support::node("n2", {{"canary", ""}}));
  EXPECT_EQ(placed(*store), "n1 rest; n2 canary");
  EXPECT_EQ(touched(*store), "agent") << "its wave may be another";
  store->put(support::node("n0"));
  store->remove_node("n1");
  EXPECT_EQ(placed(*store), "n0 rest; n2 canary");
  objects::RolloutPolicy changed = policy("a", 1, "51");
  changed.generation = 2;
  changed.waves[0].name = "first";
  store->put(changed);
  EXPECT_EQ(placed(*store), "n0 rest; n2 first");
}

TEST(StorePolicies, DoNotWakeADaemonSetForWhatASickKubeletSays) {
  const auto store = usual();
  store->put(policy("a"));
  objects::Node sick = support::node("n1");
  sick.health.ready = false;
  store->put(sick);
  static_cast<void>(store->take_touched());
  sick.trouble = "its kubelet says: PLEG is not healthy";
  store->put(sick);
  EXPECT_EQ(touched(*store), "");
  EXPECT_EQ(store->nodes().at("n1").trouble, sick.trouble);
}

TEST(StorePolicies, DoNotWakeADaemonSetWithTheirOwnStatus) {
  const auto store = usual();
  store->put(policy("a"));
  static_cast<void>(store->take_touched());
  objects::RolloutPolicy newer = policy("a", 1, "51");
  newer.status.phase = "Rolling";
  store->put(newer);
  EXPECT_EQ(touched(*store), "");
  newer.resource_version = "52";
  newer.status.promoted = {{.daemon_set = "agent", .wave = "canary", .revision = "agent-new"}};
  store->put(newer);
  EXPECT_EQ(touched(*store), "agent");
  newer.resource_version = "53";
  newer.status.daemon_sets.emplace_back().last_complete_revision = "agent-new";
  store->put(newer);
  EXPECT_EQ(touched(*store), "agent");
}

TEST(StorePolicies, AreTouchedByWhatAPlanFindsOut) {
  const auto store = usual();
  store->put(policy("a"));
  static_cast<void>(store->take_touched_policies());
  objects::DaemonSetRollout rollout;
  rollout.name = "agent";
  rollout.phase = "Rolling";
  store->set_rollout(agent, rollout);
  EXPECT_EQ(touched_policies(*store), "a");
  store->set_rollout(agent, rollout);
  EXPECT_EQ(touched_policies(*store), "") << "nothing new";
  EXPECT_EQ(store->selected_by(store->policies().begin()->second).front().rollout, rollout);
}

/// A plan that was made before may go too far.
TEST(StorePolicies, SetBackByPodsThatTurnBadAndByChangesOfThePolicy) {
  const auto store = usual();
  store->put(pod_at("20"));
  const auto setbacks = [&store] { return store->state(agent)->setbacks(); };
  const auto stuck_pod = [](std::string version) {
    objects::DaemonPod pod = pod_at(std::move(version));
    pod.stuck = true;
    return pod;
  };
  store->put(stuck_pod("21"));
  EXPECT_EQ(setbacks(), 0U) << "no policy serves it";
  store->put(pod_at("22"));
  store->put(policy("a"));
  EXPECT_EQ(setbacks(), 1U);
  store->put(stuck_pod("23"));
  EXPECT_EQ(setbacks(), 2U);
  objects::DaemonPod still = stuck_pod("24");
  still.ready = false;
  store->put(still);
  EXPECT_EQ(setbacks(), 2U) << "it was before";
  still.resource_version = "25";
  still.trouble = "CrashLoopBackOff";
  store->put(still);
  EXPECT_EQ(setbacks(), 3U) << "it was stuck in another way";
  objects::DaemonPod other = stuck_pod("26");
  other.name = other.uid = "other";
  store->put(other);
  EXPECT_EQ(setbacks(), 4U) << "nobody has seen it before it was";
  objects::RolloutPolicy paused = policy("a", 1, "51");
  paused.generation = 2;
  paused.paused = true;
  store->put(paused);
  EXPECT_EQ(setbacks(), 5U);
}

/// What a newer version of Everynode understands may be a wave on hold.
/// Who takes a failed revision off the list lets it be rolled out: what a plan found out before does not count any
/// more.
TEST(StorePolicies, WakeTheDaemonSetWhenAFailedRevisionIsTriedAgain) {
  const auto store = usual();
  objects::RolloutPolicy failed = policy("a");
  objects::DaemonSetRollout known;
  known.name = "agent";
  known.failed_revisions = {{.revision = "agent-x", .generation = 1, .message = {}}};
  failed.status.daemon_sets = {known};
  store->put(failed);
  store->set_rollout(agent, known);
  touched(*store);
  failed.resource_version = "51";
  failed.status.daemon_sets[0].failed_revisions.clear();
  store->put(failed);
  EXPECT_EQ(touched(*store), "agent");
  const auto selected = store->selected_by(failed);
  ASSERT_EQ(selected.size(), 1U);
  EXPECT_FALSE(selected[0].rollout) << "it would put the revision back on the list";
}

TEST(StorePolicies, LoadTheZonesOfTheirWindows) {
  std::vector<std::string> asked;
  Store store{rollout::TimeZones([&](const std::string& name) {
    asked.push_back(name);
    return rollout::TimeZone{};
  })};
  objects::RolloutPolicy with_windows = policy("a");
  with_windows.windows = {{.time_zone = "Europe/Berlin"}, {.time_zone = "../etc/passwd"}};
  store.put(with_windows);
  EXPECT_EQ(asked, std::vector<std::string>{"Europe/Berlin"});
  EXPECT_EQ(store.time_zones().find("Europe/Berlin"), nullptr);
}

TEST(StorePolicies, ThatCannotBeReadPauseWhatNoOtherServes) {
  const auto store = usual();
  objects::RolloutPolicy unreadable = policy("a");
  unreadable.waves.clear();
  store->keep_policy(unreadable);
  EXPECT_EQ(serving(*store), "a");
  EXPECT_TRUE(store->view(agent).snapshot.policy->paused);
  store->put(policy("b", 9));
  EXPECT_EQ(serving(*store), "b");
}

TEST(StorePolicies, ThatCannotBeReadAnyMorePause) {
  const auto store = usual();
  store->put(policy("a"));
  store->begin_replace(Store::Kind::rollout_policy);
  objects::RolloutPolicy unreadable = policy("a", 1, "51");
  unreadable.waves.clear();
  store->keep_policy(unreadable);
  store->end_replace(Store::Kind::rollout_policy, "60");
  EXPECT_EQ(serving(*store), "a");
  EXPECT_TRUE(store->view(agent).snapshot.policy->paused);
  EXPECT_FALSE(store->view(agent).snapshot.policy->readable);
  EXPECT_FALSE(store->view(agent).snapshot.policy->waves.empty());
  store->put(policy("a", 1, "52"));
  EXPECT_FALSE(store->view(agent).snapshot.policy->paused) << "it was corrected";
  store->begin_replace(Store::Kind::rollout_policy);
  store->end_replace(Store::Kind::rollout_policy, "");
  EXPECT_EQ(serving(*store), "none") << "the definition has gone, and all policies with it";
}

}  // namespace
}  // namespace everynode::cache
