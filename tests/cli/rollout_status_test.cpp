#include "cli/rollout_status.hpp"

#include <gtest/gtest.h>

namespace everynode::cli {
namespace {

using Verdict = RolloutStatus::Verdict;

/// DaemonSet agent on three nodes, of which so many have an updated, and an available pod, as status and pods say.
inspection::Inspection inspection_of(std::int64_t updated, std::int64_t available) {
  inspection::Inspection inspection;
  inspection.daemon_set.name = "agent";
  inspection.daemon_set.generation = 2;
  inspection.revision = 4;
  objects::DaemonSetStatus& status = inspection.daemon_set.status;
  status.observed_generation = 2;
  status.desired_number_scheduled = 3;
  status.updated_number_scheduled = updated;
  status.number_available = available;
  inspection.report.counters = status;
  return inspection;
}

inspection::PolicyState policy(std::string phase, std::string message = {}) {
  inspection::PolicyState policy;
  policy.name = "network";
  policy.rollout.phase = std::move(phase);
  policy.rollout.message = std::move(message);
  return policy;
}

std::string text_of(const inspection::Inspection& inspection, Verdict verdict, std::int64_t revision = 0) {
  const RolloutStatus status = rollout_status(inspection, revision);
  EXPECT_EQ(status.verdict, verdict) << status.text;
  return status.text;
}

TEST(RolloutStatus, SpeaksAsKubectl) {
  EXPECT_EQ(text_of(inspection_of(1, 3), Verdict::waits),
            "Waiting for daemon set \"agent\" rollout to finish: 1 out of 3 new pods have been updated...");
  EXPECT_EQ(text_of(inspection_of(3, 2), Verdict::waits),
            "Waiting for daemon set \"agent\" rollout to finish: 2 of 3 updated pods are available...");
  EXPECT_EQ(text_of(inspection_of(3, 3), Verdict::done), "daemon set \"agent\" successfully rolled out");
  auto unobserved = inspection_of(3, 3);
  unobserved.daemon_set.generation = 3;
  EXPECT_EQ(text_of(unobserved, Verdict::waits), "Waiting for daemon set spec update to be observed...");
}

/// A revision is rolled out, and which ones failed before.
inspection::Inspection of_revision(std::string revision, std::string complete, bool failed = false) {
  auto inspection = inspection_of(3, 3);
  inspection.policy = policy("Complete");
  inspection.policy->rollout.revision = std::move(revision);
  inspection.policy->rollout.last_complete_revision = std::move(complete);
  if (failed) inspection.policy->rollout.failed_revisions = {{.revision = "new", .generation = 2, .message = "n1"}};
  return inspection;
}

TEST(Followed, IsTheRevisionThatWasRolledOutAndNotTheOneThatIsPutBack) {
  Followed followed;
  for (const auto& seen :
       {of_revision("new", "old"), of_revision("new", "old", true), of_revision("old", "old", true)}) {
    followed.see(seen);
    EXPECT_EQ(followed.revision(), "new");
  }
  EXPECT_EQ(rolled_back(of_revision("old", "old", true), followed.revision()),
            "daemon set \"agent\" has failed: new was rolled back: n1");
  EXPECT_EQ(rolled_back(of_revision("old", "old"), followed.revision()), std::nullopt) << "somebody has undone it";
  followed.see(of_revision("newer", "old", true));
  EXPECT_EQ(followed.revision(), "newer");
  EXPECT_EQ(rolled_back(of_revision("newer", "old", true), followed.revision()), std::nullopt);
}

TEST(Followed, IsNothingWithoutAPolicy) {
  Followed followed;
  followed.see(inspection_of(3, 3));
  EXPECT_EQ(followed.revision(), "");
  EXPECT_EQ(rolled_back(inspection_of(3, 3), "new"), std::nullopt);
}

TEST(RolloutStatus, WaitsUntilThePodsAgree) {
  auto early = inspection_of(3, 3);
  early.report.counters.number_available = 2;
  EXPECT_TRUE(text_of(early, Verdict::waits).ends_with("the pods do not agree with the status yet..."));
}

TEST(RolloutStatus, WaitsForOnDeleteToo) {
  auto one = inspection_of(1, 3);
  one.daemon_set.strategy.rolling = false;
  one.report.nodes = {{.node = "n1", .state = daemonset::NodeState::outdated, .pod = "a", .why = {}}};
  one.report.counts[static_cast<std::size_t>(daemonset::NodeState::outdated)] = 1;
  EXPECT_EQ(
      text_of(one, Verdict::waits),
      "Waiting for daemon set \"agent\" rollout to finish: 1 out of 3 new pods have been updated... updateStrategy "
      "OnDelete: waits for somebody to delete the pod of 1 node: n1 (a)");
}

TEST(RolloutStatus, FailsIfAnotherRevisionIsRolledOut) {
  EXPECT_EQ(text_of(inspection_of(3, 3), Verdict::failed, 3),
            "desired revision (3) is different from the running revision (4)");
  EXPECT_EQ(text_of(inspection_of(3, 3), Verdict::done, 4), "daemon set \"agent\" successfully rolled out");
  auto unrecorded = inspection_of(3, 3);
  unrecorded.revision = 0;
  EXPECT_EQ(text_of(unrecorded, Verdict::waits, 4), "Waiting for daemon set spec update to be observed...");
}

TEST(RolloutStatus, OfAPolicySaysWhatItWaitsFor) {
  auto one = inspection_of(1, 3);
  one.policy = policy("Held", "wave canary is on hold");
  EXPECT_EQ(text_of(one, Verdict::waits),
            "Waiting for daemon set \"agent\" rollout to finish: 1 out of 3 new pods have been updated... Held: wave "
            "canary is on hold");
  auto soaking = inspection_of(3, 3);
  soaking.policy = policy("Soaking", "wave canary soaks until noon");
  EXPECT_EQ(text_of(soaking, Verdict::waits),
            "Waiting for daemon set \"agent\" rollout to finish: Soaking: wave canary soaks until noon");
  one.policy = policy("Rolling", "wave canary: available on 1 of 2 nodes");
  EXPECT_TRUE(text_of(one, Verdict::waits).ends_with("have been updated..."));
}

TEST(RolloutStatus, OfAPolicyIsCompleteWithDeferredNodes) {
  auto one = inspection_of(2, 3);
  one.policy = policy("Complete");
  one.policy->rollout.deferred = 1;
  one.policy->rollout.deferred_nodes = {{.name = "n3", .reason = "NotReady"}};
  EXPECT_EQ(text_of(one, Verdict::done),
            "daemon set \"agent\" successfully rolled out, deferred on 1 node: n3 (NotReady)");
}

TEST(RolloutStatus, OfAPolicyFailsWhenItStops) {
  auto one = inspection_of(1, 2);
  one.policy = policy("Failed", "2 of 3 nodes failed");
  EXPECT_EQ(text_of(one, Verdict::failed), "daemon set \"agent\" has failed: 2 of 3 nodes failed");
}

TEST(RolloutStatus, OfAPolicyThatDoesNotServeItIsAsWithoutOne) {
  auto one = inspection_of(1, 3);
  one.policy = policy("");
  one.policy->refused = "NotServed: set OnDelete";
  EXPECT_EQ(text_of(one, Verdict::waits),
            "Waiting for daemon set \"agent\" rollout to finish: 1 out of 3 new pods have been updated...");
  EXPECT_FALSE(one.rolled_out());
}

}  // namespace
}  // namespace everynode::cli
