#include <gtest/gtest.h>

#include "conversation.hpp"

namespace everynode::sync {
namespace {

const std::string revisions_path = "/apis/apps/v1/namespaces/default/controllerrevisions";
const std::string daemon_set_path = "/apis/apps/v1/namespaces/default/daemonsets/agent";

class CreateRevisionTest : public Conversation {
 protected:
  CreateRevisionTest() {
    begin(daemonset::CreateRevision{.hash = "h", .revision = 1});
    EXPECT_EQ(asks(), "POST " + revisions_path);
  }

  /// A revision with these bytes has the name.
  void meet(std::string data) {
    answer(already_exists());
    ASSERT_EQ(asks(), "GET " + revisions_path + "/agent-h");
    answer(support::revision("h", 1, std::move(data)));
  }
};

TEST_F(CreateRevisionTest, PutsItIntoTheStore) {
  answer(support::revision("h", 1, daemon_set_.revision_data));
  EXPECT_TRUE(ended(Next::go_on));
  EXPECT_EQ(store_.view(key_).revisions.size(), 1U);
}

TEST_F(CreateRevisionTest, TakesTheOneThatALostAnswerLeftBehind) {  // requirement 9.10
  meet(daemon_set_.revision_data);
  EXPECT_TRUE(ended(Next::go_on));
  EXPECT_EQ(store_.view(key_).revisions.size(), 1U);
}

/// Requirement 9.7.
TEST_F(CreateRevisionTest, CountsACollision) {  // requirements 9.7 and 9.8
  meet("{}");
  EXPECT_EQ(asks(), "GET " + daemon_set_path);
  answer(daemon_set_);
  EXPECT_EQ(asks(), "PATCH " + daemon_set_path + "/status");
  objects::DaemonSet counted = daemon_set_;
  counted.collision_count = 1;
  counted.resource_version = "11";
  answer(counted);
  EXPECT_TRUE(ended(Next::go_on));
  EXPECT_EQ(state().daemon_set().collision_count, 1);
}

TEST_F(CreateRevisionTest, CountsNoCollisionTwice) {  // requirement 9.7
  meet("{}");
  objects::DaemonSet counted = daemon_set_;
  counted.collision_count = 1;
  answer(counted);
  EXPECT_TRUE(failed("collisionCount has changed"));
}

TEST_F(CreateRevisionTest, AnswersARefusalWithItsReason) {
  answer(forbidden());
  EXPECT_TRUE(failed("Forbidden"));
}

}  // namespace
}  // namespace everynode::sync
