#include "everynode/objects/toleration.hpp"

#include <gtest/gtest.h>

namespace everynode::objects {
namespace {

const Toleration unschedulable = tolerates_unschedulable();
const Toleration network = tolerates_network_unavailable();

// Requirement 3.2
TEST(Toleration, IsTheSameByKeyOperatorValueAndEffect) {
  Toleration other = unschedulable;
  other.toleration_seconds = 60;
  EXPECT_TRUE(same(unschedulable, other));
  for (const auto change : {&Toleration::key, &Toleration::op, &Toleration::value, &Toleration::effect}) {
    Toleration changed = unschedulable;
    changed.*change = "else";
    EXPECT_FALSE(same(unschedulable, changed));
  }
}

// Requirement 3.2: a wildcard does not suppress the additions
TEST(Toleration, WildcardDoesNotCountAsTheOthers) {
  const Toleration wildcard{.key = "", .op = "Exists", .value = "", .effect = "", .toleration_seconds = {}};
  EXPECT_EQ(missing({wildcard}, {unschedulable, network}), (Tolerations{unschedulable, network}));
}

TEST(Toleration, MissingKeepsTheWantedOrderAndNamesEachOnce) {
  EXPECT_EQ(missing({}, {network, unschedulable, network}), (Tolerations{network, unschedulable}));
  EXPECT_EQ(missing({network}, {unschedulable, network}), (Tolerations{unschedulable}));
  EXPECT_TRUE(missing({network, unschedulable}, {unschedulable, network}).empty());
}

}  // namespace
}  // namespace everynode::objects
