// Whose fault it is that a node has no available pod of the current revision.
#include <gtest/gtest.h>

#include "builders.hpp"
#include "everynode/daemonset/situation.hpp"

namespace everynode::daemonset {
namespace {

using support::at;

/// A node whose new pod has just been created.
class Blame : public ::testing::Test {
 protected:
  Blame() {
    scene_.policy.emplace().failure.emplace();
    scene_.with_current_revision();
    objects::DaemonPod fresh = support::pod("p", "n1");
    fresh.ready = false;
    fresh.created = at(99);
    scene_.on("n1", {fresh});
    scene_.places.resize(1);
    scene_.set.generation = scene_.set.status.observed_generation = 2;
  }

  [[nodiscard]] std::int64_t failed() const {
    const Snapshot& snapshot = scene_.snapshot();
    return Situation(snapshot, "new", at(100)).progress->failed;
  }

  support::Scene scene_;
};

/// Until the status has told of the new template, the backoff remembers pods of the one before: nobody is blamed for
/// these, and nothing that has just begun goes back.
TEST_F(Blame, IsNotForPodsThatFailedBeforeTheTemplateChanged) {
  scene_.backoff.replaced("n1", "new", at(90));
  scene_.set.status.observed_generation = 1;
  EXPECT_EQ(failed(), 0);
  scene_.set.status.observed_generation = 2;
  EXPECT_EQ(failed(), 1);
}

/// Nor for one of the old revision that fails while the rollout runs: the new pod in its place has done nothing yet.
TEST_F(Blame, IsNotForAPodOfTheRevisionBefore) {
  scene_.backoff.replaced("n1", "old", at(99));
  EXPECT_EQ(failed(), 0);
  scene_.backoff.replaced("n1", "new", at(99.5));
  EXPECT_EQ(failed(), 1);
}

}  // namespace
}  // namespace everynode::daemonset
