// A template that is put back.
#include "conversation.hpp"

namespace everynode::sync {
namespace {

class RestoreTemplateTest : public Conversation {
 protected:
  void begin_with(std::string data) {
    begin(daemonset::RestoreTemplate{.revision = "agent-h", .data = std::move(data)});
  }
  void begin_usual() { begin_with(R"({"spec":{"template":{"$patch":"replace"}}})"); }

  [[nodiscard]] objects::DaemonSet newer() const {
    objects::DaemonSet set = daemon_set_;
    set.resource_version = "11";
    set.generation = 2;
    return set;
  }

  const std::string agent_ = "/apis/apps/v1/namespaces/default/daemonsets/agent";
};

TEST_F(RestoreTemplateTest, IsKnownAtOnceAndTold) {
  begin_usual();
  EXPECT_EQ(asks(), "PATCH " + agent_);
  answer(Object(newer()));
  EXPECT_TRUE(ended(Next::go_on));
  EXPECT_EQ(state().daemon_set().generation, 2);
  EXPECT_EQ(told_, std::vector<std::string>{"RolledBack"});
}

/// The watch tells what somebody has changed; then another plan finds out whether it still goes back.
TEST_F(RestoreTemplateTest, LosesNobodysChange) {
  begin_usual();
  answer(conflict());
  EXPECT_TRUE(failed("Conflict"));
  EXPECT_TRUE(told_.empty());
}

TEST_F(RestoreTemplateTest, TellsWhyItIsRefused) {
  begin_usual();
  answer(forbidden());
  EXPECT_TRUE(failed("Forbidden"));
  EXPECT_EQ(told_, std::vector<std::string>{"FailedRollback"});
}

TEST_F(RestoreTemplateTest, TellsThatTheTemplateIsNotAllowedAnyMore) {
  begin_usual();
  answer(refused(Failure::conflict, 422, "Invalid"));
  EXPECT_TRUE(failed("Invalid"));
  EXPECT_EQ(told_, std::vector<std::string>{"FailedRollback"});
}

TEST_F(RestoreTemplateTest, IsOverIfTheDaemonSetIsGone) {
  begin_usual();
  answer(not_found());
  EXPECT_TRUE(ended(Next::plan_again));
}

/// It may have been done: the next plan finds out, and its request would be for a version that is no more.
TEST_F(RestoreTemplateTest, FailsWithoutAnAnswer) {
  begin_usual();
  answer(no_answer());
  EXPECT_TRUE(failed("no answer"));
}

TEST_F(RestoreTemplateTest, SendsNothingButATemplate) {
  begin_with(R"({"spec":{"template":{},"selector":{}}})");
  EXPECT_TRUE(failed("more in it than a template"));
  EXPECT_EQ(told_, std::vector<std::string>{"FailedRollback"});
}

}  // namespace
}  // namespace everynode::sync
