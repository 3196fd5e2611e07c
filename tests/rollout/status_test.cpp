// What a policy's status says of all its DaemonSets together.
#include "everynode/rollout/status.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace everynode::rollout {
namespace {

/// Reason and message of the condition Progressing.
std::string progressing(const std::vector<Selected>& selected) {
  const objects::RolloutPolicyStatus status = status_of({}, selected, {}, {});
  for (const objects::Condition& one : status.conditions) {
    if (one.type == "Progressing") return one.reason + ": " + one.message;
  }
  return {};
}

TEST(PolicyStatus, SaysThatAPolicyServesNothingAndNotThatNobodyHasLooked) {
  const std::string nothing = "NothingServed: it serves no DaemonSet: Accepted says why";
  EXPECT_EQ(progressing({}), nothing);
  Selected rival;
  rival.name = "agent";
  rival.served_by = "older";
  EXPECT_EQ(progressing({rival}), nothing);
  rival.served_by.clear();
  EXPECT_EQ(progressing({rival}), "NothingKnown: no DaemonSet has been looked at yet");
}

}  // namespace
}  // namespace everynode::rollout
