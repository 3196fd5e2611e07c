#include "webhook/node_questions.hpp"

#include <gtest/gtest.h>

namespace everynode::webhook {
namespace {

using namespace std::chrono_literals;

class Questions : public ::testing::Test {
 protected:
  bool want(const std::string& name, std::chrono::milliseconds patience = 1s) {
    return questions_.want(
        name, [this](const LookedUp& answer) { told_.push_back(answer.result); }, now_ + patience, now_);
  }
  void answer(const std::string& name, Lookup result) {
    std::shared_ptr<const overlay::Node> node;
    if (result == Lookup::found) node = std::make_shared<const overlay::Node>();
    questions_.answer(name, {.result = result, .node = node}, now_);
  }
  /// What those who wanted something were told since the last time.
  std::vector<Lookup> told() { return std::exchange(told_, {}); }
  void pass(std::chrono::milliseconds time) { now_ += time; }

  NodeQuestions questions_;
  NodeQuestions::Instant now_{1h};
  std::vector<Lookup> told_;
};

using Told = std::vector<Lookup>;

TEST_F(Questions, AreSharedByAllWhoWait) {
  EXPECT_TRUE(want("n1"));
  EXPECT_FALSE(want("n1"));
  EXPECT_TRUE(want("n2"));
  EXPECT_EQ(told(), Told());
  answer("n1", Lookup::found);
  EXPECT_EQ(told(), (Told{Lookup::found, Lookup::found}));
  answer("n2", Lookup::absent);
  EXPECT_EQ(told(), Told{Lookup::absent});
  EXPECT_FALSE(questions_.next_deadline());
}

TEST_F(Questions, AreNotAskedAgainForAMoment) {
  for (const auto& [result, moment] : {std::pair(Lookup::found, 5s), {Lookup::absent, 5s}, {Lookup::failed, 1s}}) {
    EXPECT_TRUE(want("n1"));
    answer("n1", result);
    pass(moment - 1ms);
    EXPECT_FALSE(want("n1"));
    EXPECT_EQ(told(), (Told{result, result}));
    pass(1ms);
    EXPECT_TRUE(want("n1")) << name_of(result);
    answer("n1", Lookup::failed);
    pass(1s);
    told();
  }
}

TEST_F(Questions, WhoseTimeIsUpAreLateAndTheirAnswerIsForTheNext) {
  EXPECT_TRUE(want("n1", 100ms));
  EXPECT_FALSE(want("n1", 300ms));
  EXPECT_EQ(*questions_.next_deadline(), now_ + 100ms);
  pass(100ms);
  questions_.expire(now_);
  EXPECT_EQ(told(), Told{Lookup::late});
  EXPECT_EQ(*questions_.next_deadline(), now_ + 200ms);
  pass(200ms);
  questions_.expire(now_);
  EXPECT_EQ(told(), Told{Lookup::late});
  EXPECT_FALSE(want("n1")) << "it is still under way";
  answer("n1", Lookup::found);
  EXPECT_EQ(told(), Told{Lookup::found});
  EXPECT_FALSE(want("n1"));
  EXPECT_EQ(told(), Told{Lookup::found});
}

TEST_F(Questions, OfWhomeverNamesManyNodesAreFew) {
  std::size_t asked = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::string name = "n" + std::to_string(i);
    if (!want(name)) continue;
    ++asked;
    answer(name, Lookup::absent);
  }
  EXPECT_EQ(asked, NodeQuestions::most_questions);
  EXPECT_EQ(std::ranges::count(told(), Lookup::turned_away), 900);
  pass(1s);
  asked = 0;
  for (int i = 2000; i < 3000; ++i) {
    const std::string name = "n" + std::to_string(i);
    if (!want(name)) continue;
    ++asked;
    answer(name, Lookup::absent);
  }
  EXPECT_EQ(asked, static_cast<std::size_t>(NodeQuestions::per_second));
}

TEST_F(Questions, AreWaitedForByFewAtATime) {
  for (std::size_t i = 0; i < NodeQuestions::most_waiting; ++i) (void)want("n1");
  EXPECT_EQ(told(), Told());
  EXPECT_FALSE(want("n2"));
  EXPECT_EQ(told(), Told{Lookup::turned_away});
  answer("n1", Lookup::found);
  EXPECT_EQ(told().size(), NodeQuestions::most_waiting);
  EXPECT_TRUE(want("n2"));
}

TEST_F(Questions, AreGivenUpInTheEnd) {
  EXPECT_TRUE(want("n1"));
  EXPECT_TRUE(want("n2"));
  questions_.give_up();
  EXPECT_EQ(told(), (Told{Lookup::failed, Lookup::failed}));
  answer("n1", Lookup::found);
  EXPECT_EQ(told(), Told());
}

}  // namespace
}  // namespace everynode::webhook
