#include "everynode/daemonset/absences.hpp"

#include <gtest/gtest.h>

#include "builders.hpp"

namespace everynode::daemonset {
namespace {

using objects::Absence;
using objects::NodeHealth;
using support::at;

bool always(std::string_view) {
  return true;
}

/// How many seconds a node is waited for that was so before it went.
std::int64_t wait_after(const NodeHealth& last) {
  Absences absences;
  absences.began("n1", last);
  absences.pass(at(0), always);
  return std::chrono::round<std::chrono::seconds>(*absences.certain_at("n1") - at(0)).count();
}

TEST(Absences, LastLongerWhereAKubeletMayStillRun) {  // requirement 17.3
  EXPECT_EQ(wait_after({.ready = true}), 40);
  EXPECT_EQ(wait_after({}), 40) << "it was never seen";
  EXPECT_EQ(wait_after({.ready = true, .absence = Absence::draining}), 40);
  EXPECT_EQ(wait_after({.ready = true, .absence = Absence::out_of_service}), 40) << "its kubelet says otherwise";
  EXPECT_EQ(wait_after({.ready = false}), 5);
  EXPECT_EQ(wait_after({.ready = true, .absence = Absence::shutting_down}), 5);
  EXPECT_EQ(wait_after({.ready = true, .absence = Absence::deleted}), 5) << "somebody has waited for its machine";
}

TEST(Absences, BeginWithTheFirstLook) {  // requirement 17.3
  Absences absences;
  absences.began("n1", {.ready = false});
  EXPECT_FALSE(absences.certain_at("n1"));
  absences.pass(at(10), always);
  absences.pass(at(12), always);
  EXPECT_EQ(absences.certain_at("n1"), at(15));
  absences.began("n1", {});
  EXPECT_EQ(absences.certain_at("n1"), at(15)) << "a pod was added";
  EXPECT_FALSE(absences.certain_at("n2"));
}

TEST(Absences, EndWhenTheNodeIsThere) {  // requirement 17.3
  Absences absences;
  absences.began("n1", {.ready = false});
  absences.pass(at(10), always);
  absences.ended("n1");
  absences.ended("n2");
  EXPECT_FALSE(absences.certain_at("n1"));
  absences.began("n1", {});
  absences.pass(at(20), always);
  EXPECT_EQ(absences.certain_at("n1"), at(60)) << "it was ready when it went again";
}

TEST(Absences, BeginAnewWhereTheApiServerHasTheNode) {  // requirement 17.3
  Absences absences;
  absences.began("n1", {.ready = false});
  absences.pass(at(10), always);
  absences.found("n1", at(15));
  EXPECT_EQ(absences.certain_at("n1"), at(20));
  absences.ended("n1");
  absences.found("n1", at(16));
  EXPECT_FALSE(absences.certain_at("n1")) << "a watch has told of it meanwhile";
}

TEST(Absences, AreForgottenWhereNoPodIsLeft) {
  Absences absences;
  absences.began("n1", {.ready = false});
  absences.began("n2", {.ready = false});
  absences.pass(at(10), [](std::string_view node) { return node == "n2"; });
  EXPECT_FALSE(absences.certain_at("n1"));
  EXPECT_EQ(absences.certain_at("n2"), at(15));
}

TEST(Absences, AreNoLongerBecauseTheClockWentBack) {
  Absences absences;
  absences.began("n1", {.ready = false});
  absences.pass(at(1000), always);
  absences.pass(at(10), always);
  EXPECT_EQ(absences.certain_at("n1"), at(15));
}

}  // namespace
}  // namespace everynode::daemonset
