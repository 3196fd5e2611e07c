// Revisions, and lists that replace known objects.
#include <gtest/gtest.h>

#include "stores.hpp"

namespace everynode::cache {
namespace {

using support::node;
using support::revision;
using Kind = Store::Kind;

// --- revisions ---

TEST(StoreRevisions, TouchTheirOwnerWhenTheyComeChangeOrGo) {  // requirement 1.10
  const auto store = usual();
  store->put(revision("own", 1, "{}"), Store::Source::write);
  EXPECT_EQ(touched(*store), "") << "who makes one knows of it";
  store->put(revision("a", 1, "{}"));
  EXPECT_EQ(touched(*store), "agent") << "one that died may have made it, with the number of the current one";
  auto changed = revision("a", 2, "{}");
  store->put(changed);
  EXPECT_EQ(touched(*store), "") << "the same resourceVersion";
  changed.resource_version = "31";
  store->put(changed);
  EXPECT_EQ(touched(*store), "agent");
  changed.resource_version = "32";
  changed.controller.reset();
  store->put(changed);
  EXPECT_EQ(touched(*store), "agent");
  store->remove_revision(changed.uid);
  EXPECT_EQ(touched(*store), "") << "an orphan goes";
  auto orphan = revision("b", 1, "{}");
  orphan.controller.reset();
  store->put(orphan);
  EXPECT_EQ(touched(*store), "agent");
}

TEST(StoreRevisions, AreSeenByOwnerAndNamespace) {
  const auto store = usual();
  auto orphan = revision("orphan", 1, "{}");
  orphan.controller.reset();
  auto foreign = revision("foreign", 1, "{}");
  foreign.controller = objects::ControllerRef{.kind = "DaemonSet", .name = "agent", .uid = "ds-0"};
  auto elsewhere = revision("elsewhere", 1, "{}");
  elsewhere.namespace_ = "elsewhere";
  store->put(revision("own", 1, "{}"));
  store->put(orphan);
  store->put(foreign);
  store->put(elsewhere);
  std::set<std::string> names;
  for (const auto* found : store->view(agent).revisions) names.insert(found->name);
  EXPECT_EQ(names, (std::set<std::string>{"agent-own", "agent-orphan"}));
}

// --- lists ---

TEST(StoreLists, TakeAwayWhatTheyDoNotName) {
  const auto store = usual();
  store->put(pod_at("20", "n1", "p"));
  store->put(pod_at("21", "n1", "q"));
  store->put(pod_at("41", "n2", "newer"));
  store->begin_replace(Kind::pod);
  store->put(pod_at("20", "n1", "p"));
  store->put(pod_at("22", "n2", "r"));
  store->end_replace(Kind::pod, "40");
  EXPECT_EQ(seen(*store), "n1+: p; n2+: newer r") << "what is newer than the list stays";
  store->put(pod_at("50", "n1", "q"));
  EXPECT_EQ(seen(*store), "n1+: p; n2+: newer r") << "what a list has ended is deleted";
}

TEST(StoreLists, OfEachKind) {
  const auto store = usual();
  store->put(revision("a", 1, "{}"));
  store->begin_replace(Kind::node);
  store->put(node("n2"));
  store->end_replace(Kind::node, "40");
  EXPECT_EQ(seen(*store), "n2+:");
  store->begin_replace(Kind::controller_revision);
  store->end_replace(Kind::controller_revision, "40");
  EXPECT_TRUE(store->view(agent).revisions.empty());
  static_cast<void>(store->take_touched());
  store->begin_replace(Kind::daemon_set);
  store->end_replace(Kind::daemon_set, "40");
  EXPECT_EQ(touched(*store), "agent");
  EXPECT_EQ(seen(*store), "none");
}

TEST(StoreLists, ThatBeginAgainForgetWhatTheFirstHadNamed) {
  const auto store = usual();
  store->begin_replace(Kind::pod);
  store->put(pod_at("20", "n1", "p"));
  store->begin_replace(Kind::pod);
  store->end_replace(Kind::pod, "40");
  EXPECT_EQ(seen(*store), "n1+:; n2+:");
}

TEST(StoreLists, AreNotMistakenAboutAnswersThatComeMeanwhile) {
  const auto store = usual();
  store->begin_replace(Kind::pod);
  store->put(pod_at("20", "n1", "old"), Store::Source::write);  // was deleted before the list was made
  store->put(pod_at("41", "n1", "new"), Store::Source::write);
  store->end_replace(Kind::pod, "40");
  EXPECT_EQ(seen(*store), "n1+: new; n2+:");
}

TEST(StoreLists, OutliveAnswersThatComeLate) {
  const auto store = usual();
  for (const Kind kind : {Kind::pod, Kind::controller_revision}) {
    store->begin_replace(kind);
    store->end_replace(kind, "40");
  }
  store->put(pod_at("39", "n1", "old"), Store::Source::write);
  store->put(revision("a", 1, "{}"), Store::Source::write);
  EXPECT_EQ(seen(*store), "n1+:; n2+:");
  EXPECT_TRUE(store->view(agent).revisions.empty());
  store->put(pod_at("41", "n1", "new"), Store::Source::write);
  EXPECT_EQ(seen(*store), "n1+: new; n2+:");
}

}  // namespace
}  // namespace everynode::cache
