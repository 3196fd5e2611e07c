// What the status of an overlay says that cannot be read.
#include "everynode/overlay/census.hpp"

#include <gtest/gtest.h>

namespace everynode::overlay {
namespace {

constexpr objects::Time now{std::chrono::seconds(100)};

TEST(UnreadableOverlay, IsNotAcceptedAndSaysWhatIsWrong) {
  const OverlayStatus status = unreadable_status({}, "spec: min is above max", now);
  ASSERT_EQ(status.conditions.size(), 1U);
  const objects::Condition& accepted = status.conditions.front();
  EXPECT_EQ(accepted.type + " " + accepted.status + " " + accepted.reason, "Accepted False Unreadable");
  EXPECT_EQ(accepted.message,
            "it cannot be read, so new pods have what it said before, or nothing of it: spec: min is above max");
  EXPECT_EQ(accepted.last_transition_time, "1970-01-01T00:01:40Z");
}

TEST(UnreadableOverlay, KeepsWhatIsToldOfItsPodsAndSinceWhenItIsNotAccepted) {
  OverlayStatus told;
  told.observed_generation = 3;
  told.pods = 8;
  told.conditions.resize(2);
  told.conditions[0].type = "Accepted";
  told.conditions[0].status = "True";
  told.conditions[1].type = "Applied";
  const OverlayStatus first = unreadable_status(told, "a", now);
  EXPECT_EQ(first.observed_generation, 3);
  EXPECT_EQ(first.pods, 8);
  ASSERT_EQ(first.conditions.size(), 2U);
  EXPECT_EQ(first.conditions[1].type, "Applied");
  const OverlayStatus second = unreadable_status(first, "b", now + std::chrono::seconds(9));
  EXPECT_EQ(second.conditions[0].last_transition_time, first.conditions[0].last_transition_time)
      << "it is not accepted since then";
}

}  // namespace
}  // namespace everynode::overlay
