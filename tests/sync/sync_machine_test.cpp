#include "everynode/sync/sync_machine.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace everynode::sync {
namespace {

using namespace std::chrono_literals;
using daemonset::Stage;
using Machine = SyncMachine;

const daemonset::CreatePod creation{.node = "n1", .name_hash = 1};
const daemonset::CreatePod other_creation{.node = "n2", .name_hash = 2};
const daemonset::DeletePod deletion{.name = "p", .uid = "u", .node = "n3"};

const Result done = Next::go_on;
const Result refusal = std::unexpected(Problem{.failure = Failure::refused, .text = "no", .status = {}});

/// A plan for a cluster so small that plans cost nothing.
daemonset::Plan plan_of(Stage stage, std::vector<daemonset::Action> actions = {}) {
  daemonset::Plan plan;
  plan.stage = stage;
  plan.actions = std::move(actions);
  return plan;
}

daemonset::Plan with_status(daemonset::Plan plan, bool words_only = false) {
  plan.status = daemonset::StatusChange{.counters = {}, .conditions = {}, .removed = {}, .words_only = words_only};
  return plan;
}

class SyncMachineTest : public ::testing::Test {
 protected:
  template <class Step>
  [[nodiscard]] bool is(bool may_act = true) {
    last_ = machine_->next(now_, may_act);
    return std::holds_alternative<Step>(last_);
  }

  void plan(daemonset::Plan plan, std::size_t nodes = 0) {
    ASSERT_TRUE(is<Machine::MakePlan>());
    machine_->on_plan(std::move(plan), nodes, now_);
  }

  /// The actions that begin now, until the machine says something else; that is then the last step.
  std::vector<daemonset::Action> begun(bool may_act = true) {
    std::vector<daemonset::Action> actions;
    while (is<Machine::Begin>(may_act)) actions.push_back(std::get<Machine::Begin>(last_).action);
    return actions;
  }

  void prepare() {
    ASSERT_TRUE(is<Machine::Prepare>());
    machine_->on_prepared(done, now_);
  }

  /// All of the plan's actions begin, and none has ended.
  void plan_and_begin(Stage stage, std::vector<daemonset::Action> actions) {
    const std::size_t count = actions.size();
    plan(plan_of(stage, std::move(actions)));
    prepare();
    EXPECT_EQ(begun().size(), count);
  }

  [[nodiscard]] const Machine::End& end() { return std::get<Machine::End>(last_ = machine_->next(now_, true)); }

  void start_again() { machine_.emplace(pace_); }

  Machine::Instant now_{1h};
  SyncPace pace_;
  std::optional<Machine> machine_{std::in_place, pace_};
  Machine::Step last_;
};

/// As many writes in flight as after a long time without failures.
class OpenWindow : public SyncMachineTest {
 protected:
  OpenWindow() {
    for (int i = 0; i < 10; ++i) pace_.window.succeeded();
  }
};

TEST_F(SyncMachineTest, EndsWhenThereIsNothingToDo) {
  plan(plan_of(Stage::quiet));
  EXPECT_FALSE(end().failed);
}

TEST_F(SyncMachineTest, PlansAgainWhenAllIsDone) {
  plan_and_begin(Stage::manage, {creation});
  EXPECT_TRUE(is<Machine::Wait>());
  machine_->on_end(done, now_);
  plan(plan_of(Stage::quiet));
  EXPECT_FALSE(end().failed);
}

TEST_F(SyncMachineTest, BeginsOneWriteAtFirstAndMoreWithEachSuccess) {
  plan(plan_of(Stage::manage, {creation, other_creation, deletion}));
  prepare();
  EXPECT_EQ(begun().size(), 1U);
  machine_->on_end(done, now_);
  EXPECT_EQ(begun().size(), 2U);
}

TEST_F(SyncMachineTest, PlansForNobodyWhoMayNotAct) {
  EXPECT_TRUE(is<Machine::End>(false));
}

TEST_F(SyncMachineTest, BeginsNothingMoreForNobodyWhoMayNotActAndEndsWithWhatIsUnderWay) {
  plan(plan_of(Stage::rollout, {deletion, creation}));
  prepare();
  EXPECT_EQ(begun().size(), 1U);
  EXPECT_TRUE(is<Machine::Wait>(false));
  machine_->on_end(done, now_);
  EXPECT_TRUE(is<Machine::End>(false));
}

TEST_F(SyncMachineTest, BeginsNoMoreOfARolloutThatWasOvertakenAndPlansAgain) {
  plan(plan_of(Stage::rollout, {deletion, deletion, deletion}));
  prepare();
  EXPECT_EQ(begun().size(), 1U);
  machine_->overtake();
  EXPECT_TRUE(is<Machine::Wait>());
  machine_->on_end(done, now_);
  plan(plan_of(Stage::rollout, {deletion}));
  prepare();
  EXPECT_EQ(begun().size(), 1U);
}

TEST_F(SyncMachineTest, LosesNoCreationWhenARolloutIsOvertaken) {
  plan(plan_of(Stage::manage, {creation, other_creation}));
  prepare();
  EXPECT_EQ(begun().size(), 1U);
  machine_->overtake();
  machine_->on_end(done, now_);
  EXPECT_EQ(begun().size(), 1U);
}

TEST_F(SyncMachineTest, EndsForADaemonSetThatHasGone) {
  ASSERT_TRUE(is<Machine::MakePlan>());
  machine_->stop();
  EXPECT_EQ(end().again_at, std::nullopt);
}

TEST_F(SyncMachineTest, BeginsNothingBeforeWhatItNeedsToKnow) {
  plan(plan_of(Stage::rollout, {deletion}));
  ASSERT_TRUE(is<Machine::Prepare>());
  machine_->on_prepared(Next::plan_again, now_);
  plan(plan_of(Stage::quiet));
  EXPECT_FALSE(end().failed);
}

TEST_F(SyncMachineTest, PausesIfNobodyTellsItThat) {
  plan(plan_of(Stage::rollout, {deletion}));
  ASSERT_TRUE(is<Machine::Prepare>());
  machine_->on_prepared(refusal, now_);
  EXPECT_EQ(end().again_in, now_ + Machine::first_pause);
  EXPECT_FALSE(end().failed);
}

TEST_F(OpenWindow, BeginsWithFewWritesAndLooksAroundBeforeItGoesOn) {
  plan(plan_of(Stage::manage, std::vector<daemonset::Action>(2 * Caution::least, creation)));
  prepare();
  EXPECT_EQ(begun().size(), Caution::least);
  EXPECT_EQ(std::get<Machine::Wait>(last_).until, now_ + Machine::plan_life) << "nothing was answered yet";
  for (std::size_t i = 0; i < Caution::least; ++i) machine_->on_end(done, now_);
  EXPECT_TRUE(is<Machine::Wait>());
  EXPECT_EQ(std::get<Machine::Wait>(last_).until, now_ + Caution::shortest);
  EXPECT_TRUE(is<Machine::End>(false)) << "another controller has shown itself";
  now_ += Caution::shortest;
  start_again();
  plan_and_begin(Stage::manage, std::vector<daemonset::Action>(Caution::least, creation));
}

TEST_F(OpenWindow, LetsCreationsFollowCreations) {
  plan_and_begin(Stage::manage, {creation});
  EXPECT_EQ(std::get<Machine::Wait>(last_).until, now_ + Machine::plan_life) << "the plan is old then";
  now_ += Machine::plan_life;
  plan_and_begin(Stage::manage, {other_creation});
}

TEST_F(OpenWindow, LetsNothingElseFollowThem) {
  for (const auto& [stage, action] : {std::pair<Stage, daemonset::Action>{Stage::manage, deletion},
                                      {Stage::rollout, deletion},
                                      {Stage::rollout, other_creation}}) {
    start_again();
    plan_and_begin(Stage::manage, {creation});
    now_ += Machine::plan_life;
    plan(plan_of(stage, {action}));
    EXPECT_TRUE(is<Machine::Wait>());
  }
}

TEST_F(OpenWindow, WaitsForAllElseBeforeItPlansAgain) {  // requirement 10.5
  plan_and_begin(Stage::rollout, {deletion});
  now_ += 1min;
  EXPECT_TRUE(is<Machine::Wait>());
  EXPECT_EQ(std::get<Machine::Wait>(last_).until, Machine::Instant::max());
}

TEST_F(SyncMachineTest, SendsAllOfAStepWhateverOneOfItAnswers) {
  plan(plan_of(Stage::rollout, {deletion, creation}));
  prepare();
  EXPECT_EQ(begun().size(), 1U);
  machine_->on_end(refusal, now_);
  EXPECT_EQ(end().again_in, now_ + Machine::first_pause) << "no other DaemonSet waits for this one";
  now_ += Machine::first_pause;
  start_again();
  plan_and_begin(Stage::rollout, {creation});
}

/// A window of a RolloutPolicy closes.
TEST_F(OpenWindow, BeginsNothingOfAPlanThatIsGoodNoMore) {
  daemonset::Plan roll = plan_of(Stage::rollout, {deletion, deletion});
  roll.good_for = 10ms;
  plan(std::move(roll));
  prepare();
  ASSERT_TRUE(is<Machine::Begin>());
  now_ += 10ms;
  EXPECT_TRUE(is<Machine::Wait>()) << "for the one that is under way";
  machine_->on_end(done, now_);
  EXPECT_TRUE(is<Machine::MakePlan>());
}

/// Otherwise a server that needs longer for an answer than a plan lives would be asked for ever, and nothing be done.
TEST_F(OpenWindow, BeginsAPlanHoweverLongItWasPrepared) {
  const daemonset::Adopt adoption{.kind = daemonset::OwnedKind::pod, .name = "p", .uid = "u"};
  plan(plan_of(Stage::claim, {adoption, adoption}));
  ASSERT_TRUE(is<Machine::Prepare>());
  now_ += 5 * Machine::plan_life;
  machine_->on_prepared(done, now_);
  EXPECT_EQ(begun().size(), 2U);
}

TEST_F(OpenWindow, BeginsAPlanThoughEveryStepOfTheMachineIsSlow) {
  plan(plan_of(Stage::manage, {creation, other_creation}));
  now_ += 5 * Machine::plan_life;
  ASSERT_TRUE(is<Machine::Prepare>());
  now_ += 5 * Machine::plan_life;
  machine_->on_prepared(done, now_);
  now_ += 5 * Machine::plan_life;
  ASSERT_TRUE(is<Machine::Begin>());
  now_ += 5 * Machine::plan_life;
  EXPECT_TRUE(is<Machine::MakePlan>()) << "but then it is old";
}

TEST_F(OpenWindow, BeginsNoPlanThatWasPreparedUntilItsWindowHadClosed) {
  daemonset::Plan roll = plan_of(Stage::rollout, {deletion});
  roll.good_for = 10ms;
  plan(std::move(roll));
  ASSERT_TRUE(is<Machine::Prepare>());
  now_ += 10ms;
  machine_->on_prepared(done, now_);
  EXPECT_TRUE(is<Machine::MakePlan>());
}

TEST_F(OpenWindow, PausesLongerWithEachFailureInARow) {
  std::vector<Machine::Instant::duration> pauses;
  for (int i = 0; i < 10; ++i) {
    start_again();
    plan_and_begin(Stage::manage, {creation});
    machine_->on_end(refusal, now_);
    pauses.push_back(pace_.paused_until - now_);
    now_ = pace_.paused_until;
  }
  EXPECT_EQ(pauses[0], 5ms);
  EXPECT_EQ(pauses[1], 10ms);
  EXPECT_EQ(pauses[9], Machine::longest_pause);
  start_again();
  plan_and_begin(Stage::manage, {creation});
  machine_->on_end(done, now_);
  EXPECT_LT(pace_.paused_until, now_) << "one that succeeds ends that";
}

TEST_F(OpenWindow, GoesOnAfterAPauseThoughACreationHangs) {
  plan_and_begin(Stage::manage, {creation, other_creation});
  machine_->on_end(refusal, now_);
  EXPECT_TRUE(is<Machine::Wait>());
  now_ += Machine::plan_life;
  EXPECT_TRUE(is<Machine::MakePlan>());
}

TEST_F(SyncMachineTest, RestsBetweenPlansOfALargeCluster) {
  constexpr std::size_t nodes = 5000;
  daemonset::CreatePod last;
  for (std::uint64_t i = 0; i < PlanPace::in_a_row; ++i) {
    last = {.node = "n1", .name_hash = i};
    plan(plan_of(Stage::manage, {last}), nodes);
    prepare();
    ASSERT_EQ(begun().size(), 1U);
    machine_->on_end(done, now_);
  }
  EXPECT_EQ(end().again_in, pace_.plans.next());
  EXPECT_GT(pace_.plans.next(), now_);
}

// --- the status ---

TEST_F(SyncMachineTest, WritesTheStatusWhenThereIsNothingElseToDo) {
  plan(with_status(plan_of(Stage::quiet)));
  ASSERT_TRUE(is<Machine::WriteStatus>());
  EXPECT_TRUE(is<Machine::Wait>());
  machine_->on_status_written(done);
  EXPECT_FALSE(end().failed);
}

TEST_F(SyncMachineTest, FailsIfTheStatusCannotBeWritten) {
  plan(with_status(plan_of(Stage::quiet)));
  ASSERT_TRUE(is<Machine::WriteStatus>());
  machine_->on_status_written(refusal);
  EXPECT_TRUE(end().failed);
}

TEST_F(SyncMachineTest, WritesTheStatusNotAgainAtOnce) {
  plan(with_status(plan_of(Stage::quiet)));
  ASSERT_TRUE(is<Machine::WriteStatus>());
  machine_->on_status_written(done);
  const auto written = now_;
  start_again();
  now_ += 100ms;
  plan(with_status(plan_of(Stage::quiet)));
  EXPECT_EQ(end().again_in, written + Machine::status_interval);
  start_again();
  plan(with_status(plan_of(Stage::quiet), true));
  EXPECT_EQ(end().again_in, written + Machine::words_interval) << "words alone can wait";
}

TEST_F(OpenWindow, WritesTheStatusBesideActionsOneAtATimeAndNotTooOften) {
  const auto busy = [this](const daemonset::CreatePod& next) {
    plan(with_status(plan_of(Stage::manage, {next})));
    last_ = machine_->next(now_, true);
    const bool writes = std::holds_alternative<Machine::WriteStatusBeside>(last_);
    prepare();
    EXPECT_EQ(begun().size(), 1U);
    return writes;
  };
  plan(with_status(plan_of(Stage::manage, {creation})));
  prepare();
  EXPECT_EQ(begun().size(), 1U) << "it waits for what the actions will change";
  now_ += Machine::busy_status_interval;
  EXPECT_TRUE(busy(other_creation));
  now_ += 2 * Machine::busy_status_interval;
  plan(with_status(plan_of(Stage::manage, {daemonset::CreatePod{.node = "n4", .name_hash = 4}})));
  EXPECT_TRUE(is<Machine::Prepare>()) << "the first write has not ended";
}

// --- a rollout beside pods that are created ---

daemonset::Plan both(std::vector<daemonset::Action> created, std::vector<daemonset::Action> rolled) {
  daemonset::Plan plan = plan_of(Stage::rollout, std::move(created));
  plan.creations = plan.actions.size();
  plan.actions.insert(plan.actions.end(), rolled.begin(), rolled.end());
  return plan;
}

TEST_F(OpenWindow, RollsBesidePodsThatAreCreatedAndPlansAgainThoughACreationHangs) {
  plan(both({creation}, {deletion}));
  prepare();
  ASSERT_TRUE(is<Machine::Begin>());
  EXPECT_FALSE(std::get<Machine::Begin>(last_).rolls);
  ASSERT_TRUE(is<Machine::Begin>());
  EXPECT_TRUE(std::get<Machine::Begin>(last_).rolls);
  now_ += Machine::plan_life;
  EXPECT_TRUE(is<Machine::Wait>()) << "for the deletion";
  machine_->on_end(done, now_);
  plan(both({other_creation}, {deletion}));
  prepare();
  EXPECT_EQ(begun().size(), 1U) << "a roll depends on what the first creation brings";
}

TEST_F(SyncMachineTest, LosesNoCreationBesideARolloutThatIsOvertaken) {
  plan(both({creation, other_creation}, {deletion}));
  prepare();
  EXPECT_EQ(begun().size(), 1U);
  machine_->overtake();
  machine_->on_end(done, now_, false);
  EXPECT_EQ(begun().size(), 1U);
  machine_->on_end(done, now_, false);
  EXPECT_TRUE(is<Machine::MakePlan>());
}

/// To find out what it should be walks all nodes.
TEST_F(OpenWindow, AsksForTheStatusBesideActionsOnlyWhenItIsTimeToWriteIt) {
  const auto wanted = [this] {
    EXPECT_TRUE(is<Machine::MakePlan>());
    return std::get<Machine::MakePlan>(last_).status;
  };
  const auto act = [this] {
    machine_->on_plan(plan_of(Stage::manage, {creation}), 0, now_);
    prepare();
    EXPECT_EQ(begun().size(), 1U);
    machine_->on_end(done, now_);
  };
  EXPECT_EQ(wanted(), daemonset::StatusWanted::without_actions);
  act();
  now_ += Machine::busy_status_interval - 1ms;
  EXPECT_EQ(wanted(), daemonset::StatusWanted::without_actions);
  act();
  now_ += 1ms;
  EXPECT_EQ(wanted(), daemonset::StatusWanted::always) << "the first actions have changed it";
  machine_->on_plan(with_status(plan_of(Stage::manage, {creation})), 0, now_);
  EXPECT_TRUE(is<Machine::WriteStatusBeside>());
}

}  // namespace
}  // namespace everynode::sync
