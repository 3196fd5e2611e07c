// Whose fault it is that a node has no available pod of the current revision.
#include <gtest/gtest.h>

#include "builders.hpp"
#include "everynode/daemonset/situation.hpp"

namespace everynode::daemonset {
namespace {

using support::at;

/// Until the status has told of the new template, the backoff remembers pods of the one before: nobody is blamed for
/// these, and nothing that has just begun goes back.
TEST(Blame, IsNotForPodsThatFailedBeforeTheTemplateChanged) {
  support::Scene scene;
  scene.policy.emplace().failure.emplace();
  scene.with_current_revision();
  objects::DaemonPod fresh = support::pod("p", "n1");
  fresh.ready = false;
  fresh.created = at(99);
  scene.on("n1", {fresh});
  scene.places.resize(1);
  scene.backoff.replaced("n1", "new", at(90));
  scene.set.generation = 2;
  scene.set.status.observed_generation = 1;
  const auto failed = [&scene] {
    const Snapshot& snapshot = scene.snapshot();
    return Situation(snapshot, "new", at(100)).progress->failed;
  };
  EXPECT_EQ(failed(), 0);
  scene.set.status.observed_generation = 2;
  EXPECT_EQ(failed(), 1);
}

/// Nor for one of the old revision that fails while the rollout runs: the new pod in its place has done nothing yet.
TEST(Blame, IsNotForAPodOfTheRevisionBefore) {
  support::Scene scene;
  scene.policy.emplace().failure.emplace();
  scene.with_current_revision();
  objects::DaemonPod fresh = support::pod("p", "n1");
  fresh.ready = false;
  fresh.created = at(99);
  scene.on("n1", {fresh});
  scene.places.resize(1);
  scene.backoff.replaced("n1", "old", at(99));
  scene.set.status.observed_generation = scene.set.generation;
  const auto failed = [&scene] {
    const Snapshot& snapshot = scene.snapshot();
    return Situation(snapshot, "new", at(100)).progress->failed;
  };
  EXPECT_EQ(failed(), 0);
  scene.backoff.replaced("n1", "new", at(99.5));
  EXPECT_EQ(failed(), 1);
}

}  // namespace
}  // namespace everynode::daemonset
