#include "reconciler/in_flight.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

namespace everynode::reconciler {
namespace {

TEST(Window, OpensWithEachSuccess) {
  Window window;
  EXPECT_EQ(window.size(), 1U);
  window.succeeded();
  window.succeeded();
  EXPECT_EQ(window.size(), 3U);
}

TEST(Window, OpensSoFarAndNoFarther) {
  Window window;
  for (int i = 0; i < 1000; ++i) window.succeeded();
  EXPECT_EQ(window.size(), Window::most);
}

TEST(Window, ClosesWithOneFailure) {
  Window window;
  for (int i = 0; i < 10; ++i) window.succeeded();
  window.failed();
  EXPECT_EQ(window.size(), 1U);
}

TEST(Window, LetsEachActionBeTheFirstInTurn) {
  Window window;
  std::vector<std::size_t> firsts;
  for (int i = 0; i < 4; ++i) {
    firsts.push_back(window.first_of(3));
    window.failed();
  }
  EXPECT_EQ(firsts, (std::vector<std::size_t>{0, 1, 2, 0}));
  EXPECT_EQ(window.first_of(0), 0U);
}

const daemonset::CreatePod creation{.node = "n1", .name_seed = 1};
const daemonset::CreatePod other_creation{.node = "n2", .name_seed = 2};
const daemonset::DeletePod deletion{.name = "p", .uid = "u", .node = "n3"};

daemonset::Plan plan_of(daemonset::Stage stage, std::vector<daemonset::Action> actions) {
  daemonset::Plan plan;
  plan.stage = stage;
  plan.actions = std::move(actions);
  return plan;
}

class InFlightTest : public testing::Test {
 protected:
  /// How many actions of a plan may begin.
  std::size_t begin(daemonset::Stage stage, std::vector<daemonset::Action> actions) {
    daemonset::Plan plan = plan_of(stage, std::move(actions));
    hold_back(plan, in_flight_);
    return plan.actions.size();
  }

  boost::asio::io_context loop_;
  Window window_;
  InFlight in_flight_{loop_.get_executor(), window_};
};

TEST_F(InFlightTest, HoldsNothingBackWhereNothingIs) {
  EXPECT_EQ(begin(daemonset::Stage::manage, {creation, deletion}), 2U);
  EXPECT_EQ(begin(daemonset::Stage::rollout, {deletion}), 1U);
}

TEST_F(InFlightTest, LetsCreationsFollowCreations) {
  in_flight_.count = 1;
  EXPECT_EQ(begin(daemonset::Stage::manage, {creation, other_creation}), 2U);
}

TEST_F(InFlightTest, LetsNothingElseFollowThem) {
  in_flight_.count = 1;
  EXPECT_EQ(begin(daemonset::Stage::manage, {creation, deletion}), 0U);
  EXPECT_EQ(begin(daemonset::Stage::rollout, {deletion}), 0U);
  EXPECT_EQ(begin(daemonset::Stage::rollout, {creation}), 0U) << "a surge has a budget";
}

TEST_F(InFlightTest, LetsNothingFollowAFailure) {
  in_flight_.failed = true;
  EXPECT_EQ(begin(daemonset::Stage::manage, {creation}), 0U);
}

TEST_F(InFlightTest, SeesWhatHasChangedNothing) {
  in_flight_.done = {other_creation, creation};
  EXPECT_TRUE(repeats(plan_of(daemonset::Stage::manage, {creation}), in_flight_));
  EXPECT_FALSE(repeats(plan_of(daemonset::Stage::manage, {deletion, creation}), in_flight_));
  EXPECT_FALSE(repeats(plan_of(daemonset::Stage::quiet, {}), in_flight_));
}

TEST_F(InFlightTest, TakesANodeWhosePodHasGoneForAnotherSituation) {
  in_flight_.done = {creation};
  EXPECT_FALSE(
      repeats(plan_of(daemonset::Stage::manage, {daemonset::CreatePod{.node = "n1", .name_seed = 9}}), in_flight_));
}

}  // namespace
}  // namespace everynode::reconciler
