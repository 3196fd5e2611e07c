#include "everynode/sync/write_policy_status.hpp"

#include <gtest/gtest.h>

#include "conversation.hpp"

namespace everynode::sync {
namespace {

class WritePolicyStatusTest : public Conversation {
 protected:
  WritePolicyStatusTest() {
    policy_.namespace_ = "default";
    policy_.name = "network";
    policy_.uid = "p";
    policy_.resource_version = "7";
    begin(std::make_unique<WritePolicyStatus>(policy_, objects::RolloutPolicyStatus{}));
    EXPECT_EQ(asks(), "PATCH /apis/everynode.dev/v1alpha1/namespaces/default/rolloutpolicies/network/status");
  }

  objects::RolloutPolicy policy_;
};

/// Somebody may have promoted a wave since: what they wrote must not be lost.
TEST_F(WritePolicyStatusTest, WritesToTheVersionThatItKnows) {
  EXPECT_TRUE(std::get<kube::Request>(machine_->next()).body.starts_with(R"({"metadata":{"resourceVersion":"7"})"));
}

TEST_F(WritePolicyStatusTest, PutsThePolicyIntoTheStore) {
  policy_.resource_version = "8";
  policy_.status.phase = "Rolling";
  answer(policy_);
  EXPECT_TRUE(ended(Next::go_on));
  EXPECT_EQ(store_.policies().begin()->second.status.phase, "Rolling");
}

TEST_F(WritePolicyStatusTest, LooksAgainWhenThePolicyHasChanged) {
  answer(conflict());
  EXPECT_TRUE(ended(Next::plan_again));
}

TEST_F(WritePolicyStatusTest, LooksAgainWhenThePolicyHasGone) {
  answer(not_found());
  EXPECT_TRUE(ended(Next::plan_again));
}

TEST_F(WritePolicyStatusTest, SaysWhatIsWrongWithTheStatus) {
  answer(refused(Failure::conflict, 422, "Invalid"));
  EXPECT_TRUE(failed("Invalid"));
}

TEST_F(WritePolicyStatusTest, EndsWithoutAnAnswer) {
  answer(no_answer());
  EXPECT_TRUE(failed("no answer"));
}

}  // namespace
}  // namespace everynode::sync
