// ControllerRevisions: section 9 of the requirements.
#include "everynode/daemonset/history.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <set>

#include "builders.hpp"

namespace everynode::daemonset {
namespace {

using support::pod;
using support::revision;
using support::Scene;
using support::to_text;

const std::string old_data = R"({"spec":{"template":{"$patch":"replace"}}})";

std::string steps(const Scene& scene) {
  return to_text(history_of(scene.snapshot()).actions);
}

TEST(History, BeginsWithRevisionOne) {  // requirement 9.4
  const Scene scene;
  const History history = history_of(scene.snapshot());
  ASSERT_EQ(history.actions.size(), 1U);
  const auto& create = std::get<CreateRevision>(history.actions.front());
  EXPECT_EQ(create.revision, 1);
  EXPECT_EQ(create.hash, objects::revision_hash(scene.set.revision_data, std::nullopt));
  EXPECT_EQ(history.hash, "");
}

TEST(History, NumbersANewRevisionAfterTheLast) {  // requirement 9.4
  Scene scene;
  scene.history(revision("b", 7, old_data)).history(revision("a", 3, old_data + " "));
  EXPECT_EQ(steps(scene),
            "create revision 8 with hash " + objects::revision_hash(scene.set.revision_data, std::nullopt));
}

TEST(History, HashesTemplateAndCollisionsAlike) {  // requirements 9.6 and 9.10
  EXPECT_EQ(objects::revision_hash("x", {}), objects::revision_hash("x", {}));
  const std::set<std::string> hashes{objects::revision_hash("x", {}), objects::revision_hash("x", 0),
                                     objects::revision_hash("x", 1), objects::revision_hash("y", {}),
                                     objects::revision_hash("x/1", {}) + "!"};
  EXPECT_EQ(hashes.size(), 5U);
  Scene scene;
  scene.set.collision_count = 2;
  EXPECT_EQ(steps(scene), "create revision 1 with hash " + objects::revision_hash(scene.set.revision_data, 2));
}

TEST(History, FindsTheCurrentRevisionByItsBytes) {  // requirement 9.3
  Scene scene;
  scene.with_current_revision();
  const History history = history_of(scene.snapshot());
  EXPECT_EQ(to_text(history.actions), "");
  EXPECT_EQ(history.hash, "new");
  EXPECT_TRUE(history.old.empty());
}

/// Kubernetes before 1.34 wrote one more field.
TEST(History, TakesTheBytesOfOlderControllersForAnotherRevision) {  // requirement 9.2
  Scene scene;
  std::string data = scene.set.revision_data;
  data.insert(data.find(R"("labels")"), R"("creationTimestamp":null,)");
  scene.history(revision("older", 3, data));
  EXPECT_EQ(steps(scene),
            "create revision 4 with hash " + objects::revision_hash(scene.set.revision_data, std::nullopt));
}

TEST(History, RenumbersTheCurrentRevisionAfterARollback) {  // requirement 9.7
  Scene scene;
  scene.history(revision("new", 1, scene.set.revision_data)).history(revision("old", 2, old_data));
  EXPECT_EQ(steps(scene), "change revision agent-new, number 3");
  Scene same;
  same.history(revision("new", 2, same.set.revision_data)).history(revision("old", 2, old_data));
  EXPECT_EQ(steps(same), "change revision agent-new, number 3");
  Scene larger;
  larger.history(revision("new", 9, larger.set.revision_data)).history(revision("old", 2, old_data));
  EXPECT_EQ(steps(larger), "") << "it may be larger than it must";
}

TEST(History, BringsNumbersWithoutASuccessorDown) {  // requirement 9.8
  constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
  Scene scene;
  scene.history(revision("a", 3, old_data)).history(revision("b", largest - 1, old_data + " "));
  scene.history(revision("c", largest, old_data + "  "));
  EXPECT_EQ(steps(scene), "change revision agent-b, number 4; change revision agent-c, number 5");
  Scene current;
  current.history(revision("new", largest, current.set.revision_data)).history(revision("old", 2, old_data));
  EXPECT_EQ(steps(current), "") << "as long as it is the newest";
  Retries retries;
  retries.failed("revision agent-b", support::at(0));
  retries.failed("revision agent-c", support::at(0));
  Snapshot refused = scene.snapshot();
  refused.retries = &retries;
  const auto actions = history_of(refused, support::at(0)).actions;
  ASSERT_EQ(actions.size(), 1U) << "it goes on without that";
  EXPECT_GT(std::get<CreateRevision>(actions.front()).revision, 3);
}

TEST(History, GivesARevisionWithoutHashItsName) {  // requirement 9.7
  Scene scene;
  auto bare = revision("x", 1, scene.set.revision_data);
  bare.labels = {{"app", "agent"}};
  scene.history(bare);
  const History history = history_of(scene.snapshot());
  ASSERT_EQ(history.actions.size(), 1U);
  EXPECT_EQ(std::get<ChangeRevision>(history.actions.front()),
            (ChangeRevision{.name = "agent-x", .resource_version = "30", .revision = {}, .hash = "agent-x"}));
}

TEST(History, AdoptsAndReleases) {  // requirement 8.2
  Scene scene;
  auto orphan = revision("orphan", 1, old_data);
  orphan.controller.reset();
  auto going = revision("going", 1, old_data);
  going.controller.reset();
  going.terminating = true;
  auto stray = revision("stray", 1, old_data);
  stray.labels = {{"app", "other"}};
  auto other = revision("other", 1, old_data);
  other.controller = objects::ControllerRef{.kind = "DaemonSet", .name = "agent", .uid = "ds-2"};
  auto unmatched = revision("unmatched", 1, old_data);
  unmatched.controller.reset();
  unmatched.labels = {{"app", "other"}};
  scene.history(orphan).history(going).history(stray).history(other).history(unmatched).with_current_revision();
  EXPECT_EQ(steps(scene), "adopt revision agent-orphan; release revision agent-stray");
}

Scene twice() {
  Scene scene;
  scene.history(revision("first", 1, scene.set.revision_data)).history(revision("second", 2, scene.set.revision_data));
  return scene;
}

TEST(History, KeepsOneOfSeveralOfTheTemplate) {  // requirement 9.7
  Scene scene = twice();
  EXPECT_EQ(steps(scene), "delete revision agent-first");
  EXPECT_EQ(history_of(scene.snapshot()).hash, "second");
}

TEST(History, RelabelsThePodsOfDuplicatesFirst) {  // requirement 9.7: theirs only
  Scene scene = twice();
  scene.on("n1", {pod("p", "n1", "first"), pod("q", "n1", "second")}).on("n2", {pod("r", "n2", "older")});
  scene.unplaced(pod("s", "", "first"));
  EXPECT_EQ(steps(scene), "label pod p with hash second; label pod s with hash second");
}

/// Somebody has changed the labels of the current revision: its bytes count, and its pods follow.
TEST(History, RelabelsThePodsOfARevisionWhoseLabelsHaveChanged) {  // requirement 9.7
  Scene scene;
  auto changed = revision("abc", 1, scene.set.revision_data);
  changed.labels.set(objects::revision_hash_label, "other");
  scene.history(changed).on("n1", {pod("p", "n1", "abc"), pod("q", "n1", "other"), pod("r", "n1", "old")});
  EXPECT_EQ(steps(scene), "label pod p with hash other");

  Scene released;
  auto stranger = revision("abc", 1, released.set.revision_data);
  stranger.controller.reset();
  stranger.labels = {{"app", "nobody"}, {std::string(objects::revision_hash_label), "abc"}};
  released.history(stranger).with_current_revision().on("n1", {pod("p", "n1", "abc")});
  EXPECT_EQ(steps(released), "label pod p with hash new") << "it was let go";

  Scene foreign;
  auto other = revision("abc", 1, foreign.set.revision_data);
  other.controller = objects::ControllerRef{.kind = "DaemonSet", .name = "twin", .uid = "ds-2"};
  foreign.history(other).with_current_revision().on("n1", {pod("p", "n1", "abc")});
  EXPECT_EQ(steps(foreign), "");
}

TEST(History, KeepsOfSeveralOneThatStays) {
  Scene scene;
  auto going = revision("second", 2, scene.set.revision_data);
  going.terminating = true;
  scene.history(revision("first", 1, scene.set.revision_data)).history(going);
  scene.on("n1", {pod("p", "n1", "second")});
  EXPECT_EQ(steps(scene), "label pod p with hash first");
  EXPECT_EQ(history_of(scene.snapshot()).hash, "first");
}

TEST(History, UsesACurrentRevisionUntilItHasGone) {
  Scene scene;
  auto going = revision("new", 1, scene.set.revision_data);
  going.terminating = true;
  scene.history(going);
  EXPECT_EQ(steps(scene), "");
  EXPECT_EQ(history_of(scene.snapshot()).hash, "new");
}

/// What is deleted of old revisions 1 (hash a) to 4 (hash d).
std::string cleaned(std::int64_t limit, const std::vector<std::string>& used) {
  Scene scene;
  scene.set.revision_history_limit = limit;
  for (int i = 4; i >= 1; --i) {
    scene.history(revision(std::string(1, static_cast<char>('a' + i - 1)), i,
                           old_data + std::string(static_cast<std::size_t>(i), ' ')));
  }
  scene.history(revision("new", 5, scene.set.revision_data));
  for (const auto& hash : used) scene.on("n-" + hash, {pod("p-" + hash, "n-" + hash, hash)});
  const Snapshot snapshot = scene.snapshot();
  return to_text(clean_up(snapshot, history_of(snapshot)));
}

TEST(CleanUp, DeletesTheOldestBeyondTheLimit) {  // requirement 9.9
  EXPECT_EQ(cleaned(10, {}), "");
  EXPECT_EQ(cleaned(4, {}), "");
  EXPECT_EQ(cleaned(2, {}), "delete revision agent-a; delete revision agent-b");
  EXPECT_EQ(cleaned(0, {}),
            "delete revision agent-a; delete revision agent-b; delete revision agent-c; delete revision agent-d");
  EXPECT_EQ(cleaned(-1, {}), cleaned(0, {}));
}

TEST(CleanUp, KeepsWhatPodsWereMadeFrom) {  // requirement 9.9
  EXPECT_EQ(cleaned(2, {"a"}), "delete revision agent-b; delete revision agent-c");
  EXPECT_EQ(cleaned(0, {"a", "d"}), "delete revision agent-b; delete revision agent-c");
  EXPECT_EQ(cleaned(3, {"a", "b", "c", "d"}), "");
}

TEST(CleanUp, KeepsWhatAPodThatIsGoneWasMadeFrom) {  // requirements 5.1 and 9.9
  Scene scene;
  scene.set.revision_history_limit = 0;
  scene.history(revision("old", 1, old_data)).history(revision("new", 2, scene.set.revision_data));
  auto gone = pod("p", "n1", "old");
  gone.phase = objects::PodPhase::failed;
  gone.terminating = true;
  scene.on("n1", {gone});
  EXPECT_EQ(to_text(clean_up(scene.snapshot(), history_of(scene.snapshot()))), "");
}

TEST(CleanUp, SparesWhatAPolicyMayGoBackTo) {
  Scene scene;
  scene.set.revision_history_limit = 0;
  scene.history(revision("a", 1, old_data)).history(revision("b", 2, old_data + " "));
  scene.with_current_revision();
  objects::DaemonSetRollout& known = scene.policy.emplace().status.daemon_sets.emplace_back();
  known.name = "agent";
  known.last_complete_revision = "agent-a";
  EXPECT_EQ(to_text(clean_up(scene.snapshot(), history_of(scene.snapshot()))), "delete revision agent-b");
  known.name = "other";
  EXPECT_EQ(to_text(clean_up(scene.snapshot(), history_of(scene.snapshot()))),
            "delete revision agent-a; delete revision agent-b");
}

TEST(CleanUp, DoesNotDeleteTwice) {
  Scene scene;
  scene.set.revision_history_limit = 1;
  auto going = revision("a", 1, old_data);
  going.terminating = true;
  scene.history(going).history(revision("b", 2, old_data + " ")).history(revision("new", 3, scene.set.revision_data));
  EXPECT_EQ(to_text(clean_up(scene.snapshot(), history_of(scene.snapshot()))), "");
}

TEST(CurrentRevision, IsTheLastOfTheDaemonSetsOwnWithItsBytes) {  // requirement 9.3
  const auto name = [](const Scene& scene) {
    const objects::ControllerRevision* const current = current_revision(scene.snapshot());
    return current == nullptr ? "none" : current->name;
  };
  Scene scene;
  EXPECT_EQ(name(scene), "none");
  scene.history(revision("old", 9, old_data));
  EXPECT_EQ(name(scene), "none");
  objects::ControllerRevision orphan = revision("orphan", 8, scene.set.revision_data);
  orphan.controller.reset();
  scene.history(orphan);
  EXPECT_EQ(name(scene), "none") << "it is to be adopted first";
  scene.history(revision("b", 2, scene.set.revision_data)).history(revision("a", 3, scene.set.revision_data));
  EXPECT_EQ(name(scene), revision("a", 3, scene.set.revision_data).name);
  objects::ControllerRevision leaving = revision("c", 7, scene.set.revision_data);
  leaving.terminating = true;
  scene.history(leaving);
  EXPECT_EQ(name(scene), revision("a", 3, scene.set.revision_data).name);
}

TEST(IsUpdated, GoesByHashOrGeneration) {  // requirement 9.11
  objects::DaemonSet set = support::daemon_set();
  set.annotations.set(objects::template_generation_annotation, "5");
  const auto labelled = [](std::string_view hash, std::string_view generation) {
    objects::DaemonPod p = pod("agent-p2345", "n1", hash);
    p.labels.set(objects::template_generation_label, generation);
    return p;
  };
  EXPECT_TRUE(IsUpdated(set, "new")(labelled("new", "1")));
  EXPECT_TRUE(IsUpdated(set, "new")(labelled("old", "5")));
  EXPECT_FALSE(IsUpdated(set, "new")(labelled("old", "1")));
  EXPECT_FALSE(IsUpdated(set, "")(labelled("", "1"))) << "an empty hash is none";
  set.annotations = {};
  EXPECT_FALSE(IsUpdated(set, "new")(labelled("old", "")));
}

/// Two DaemonSets with one selector: one adopts the pods of the other.
TEST(IsUpdated, TakesTheGenerationOfItsOwnPodsOnly) {  // requirement 9.11
  objects::DaemonSet set = support::daemon_set();
  set.created = support::at(0);
  const auto is_updated = [&](std::string_view name, double created) {
    objects::DaemonPod p = pod(name, "n1", "old");
    p.labels.set(objects::template_generation_label, "1");
    p.created = support::at(created);
    return IsUpdated(set, "new")(p);
  };
  EXPECT_TRUE(is_updated("agent-p2345", 0));
  EXPECT_FALSE(is_updated("agent-p2345", -1)) << "made before it";
  EXPECT_FALSE(is_updated("twin-p2345", 1));
  EXPECT_FALSE(is_updated("agent-x-p2345", 1)) << "that is DaemonSet agent-x";
  set.name = std::string(70, 'a');
  EXPECT_TRUE(is_updated(std::string(58, 'a') + "p2345", 1));
}

TEST(IsUpdated, KeepsThePodsOfManyRevisionsApart) {
  const std::vector<objects::DaemonPod> pods{pod("a", "n1", "new"), pod("b", "n2", "old"), pod("c", "n3", "older")};
  const IsUpdated is_updated(support::daemon_set(), "new");
  for (const int i : {0, 1, 2, 0, 1, 0, 2, 2, 1, 0}) {
    const objects::DaemonPod& one = pods[static_cast<std::size_t>(i)];
    EXPECT_EQ(is_updated(one), i == 0) << one.name;
  }
}

}  // namespace
}  // namespace everynode::daemonset
