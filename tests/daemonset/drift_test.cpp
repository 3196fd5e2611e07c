// Pods that a policy replaces because admission would make something else of them now.
#include <gtest/gtest.h>

#include "builders.hpp"
#include "everynode/daemonset/plan.hpp"
#include "everynode/daemonset/rollout.hpp"
#include "everynode/daemonset/status.hpp"

namespace everynode::daemonset {
namespace {

using objects::Drift;
using support::at;
using support::to_text;

/// Nodes n1, n2, ... with pods of the current revision.
class Drifting : public ::testing::Test {
 protected:
  Drifting() { scene_.set.strategy = {.rolling = true, .max_unavailable = {.value = 2}, .max_surge = {}}; }

  void serve(bool repair = false) {
    scene_.policy.emplace();
    scene_.policy->repair = repair;
  }

  void add(Drift drift, double created = -7200, bool overtaken = false) {
    const std::string node = "n" + std::to_string(scene_.places.size() + 1);
    objects::DaemonPod pod = support::pod("p-" + node, node);
    pod.drift = drift;
    pod.overtaken = overtaken;
    pod.created = at(created);
    scene_.on(node, {std::move(pod)});
    scene_.places.emplace_back();
  }

  [[nodiscard]] Snapshot snapshot() const {
    Snapshot snapshot = scene_.snapshot();
    snapshot.audited = true;
    if (!scene_.policy) snapshot.places = {};
    return snapshot;
  }

  [[nodiscard]] std::string rolled(double now = 100) const {
    const Snapshot of = snapshot();
    return to_text(roll({of, "new", at(now)}).actions);
  }

  support::Scene scene_;
};

TEST_F(Drifting, WithoutAPolicyNothingIsRestarted) {
  add(Drift::outdated);
  add(Drift::unmutated);
  EXPECT_EQ(rolled(), "");
  const Snapshot of = snapshot();
  EXPECT_EQ(status_of({of, "new", at(100)}).status.updated_number_scheduled, 2);
}

/// A pod that the webhook missed may kill its node too: the node is not excused, and its place in the budget is taken.
/// But what became of it once the revision was complete is nobody's fault.
TEST_F(Drifting, APodThatAdmissionMissedIsAnsweredForUntilTheRevisionIsComplete) {
  serve(true);
  scene_.with_current_revision();
  add(Drift::unmutated, -60);
  scene_.that_is({.ready = false, .ready_changed = at(-30)});
  const auto deferred = [this] {
    const Snapshot of = snapshot();
    return Situation(of, "new", at(100)).progress->deferred;
  };
  EXPECT_EQ(deferred(), 0);
  scene_.policy->status.daemon_sets.emplace_back().name = scene_.set.name;
  scene_.policy->status.daemon_sets.front().last_complete_revision = "agent-new";
  EXPECT_EQ(deferred(), 1);
}

TEST_F(Drifting, APolicyReplacesWhatIsOutdatedWithinItsBudget) {
  serve();
  add(Drift::none, -60);
  for (int i = 0; i < 3; ++i) add(Drift::outdated);
  EXPECT_EQ(rolled(), "delete pod p-n2 of node n2: outdated; delete pod p-n3 of node n3: outdated");
  const Snapshot of = snapshot();
  const Situation situation(of, "new", at(100));
  EXPECT_EQ(situation.unfitted, 3);
  EXPECT_EQ(status_of(situation).status.updated_number_scheduled, 4) << "as kubectl counts, they are of the revision";
}

TEST_F(Drifting, WhatFailedOpenIsReplacedByAPolicyThatRepairsOnly) {
  add(Drift::none, -60);
  add(Drift::unmutated);
  serve();
  EXPECT_EQ(rolled(), "");
  serve(true);
  EXPECT_EQ(rolled(), "delete pod p-n2 of node n2: outdated");
}

/// The webhook may be down: then each pod that is replaced comes as it was, again and again.
TEST_F(Drifting, OneIsTriedUntilANewPodComesOutRight) {
  serve();
  for (int i = 0; i < 3; ++i) add(Drift::outdated);
  EXPECT_EQ(rolled(), "delete pod p-n1 of node n1: outdated");
  add(Drift::unmutated, 0);
  EXPECT_EQ(rolled(100), "") << "it came without";
  const Snapshot of = snapshot();
  EXPECT_EQ(roll({of, "new", at(100)}).again_at, at(600));
  EXPECT_EQ(rolled(600), "delete pod p-n1 of node n1: outdated");
}

TEST_F(Drifting, OneIsTriedAtOnceWhereAnOverlayChangedSince) {
  serve();
  add(Drift::outdated, 90, true);
  add(Drift::outdated, 90, true);
  EXPECT_EQ(rolled(100), "delete pod p-n1 of node n1: outdated");
  add(Drift::outdated, 95);
  EXPECT_EQ(rolled(100), "") << "that one came after the change, and not right";
}

TEST_F(Drifting, APodOfWhichNothingIsKnownYetProvesNothing) {
  serve();
  add(Drift::outdated);
  add(Drift::unknown, 0);
  EXPECT_EQ(rolled(100), "");
}

TEST_F(Drifting, TheFirstWaveIsTriedFirst) {
  serve();
  objects::Wave& canary = scene_.policy->waves.emplace_back();
  canary.name = "canary";
  canary.nodes.emplace();
  for (int i = 0; i < 3; ++i) add(Drift::outdated);
  scene_.places[0].wave = 1;
  EXPECT_EQ(rolled(), "delete pod p-n2 of node n2: outdated");
}

TEST_F(Drifting, APolicyThatIsPausedReplacesNothing) {
  serve();
  scene_.policy->paused = true;
  add(Drift::none, -60);
  add(Drift::outdated);
  EXPECT_EQ(rolled(), "");
}

TEST_F(Drifting, WithSurgeASecondPodComesBesideIt) {
  scene_.set.strategy = {.rolling = true, .max_unavailable = {}, .max_surge = {.value = 1}};
  serve();
  add(Drift::none, -60);
  add(Drift::outdated);
  add(Drift::outdated);
  EXPECT_EQ(rolled(), "create a pod for node n2");
}

}  // namespace
}  // namespace everynode::daemonset
