#include "everynode/sync/write_status.hpp"

#include <gtest/gtest.h>

#include "conversation.hpp"

namespace everynode::sync {
namespace {

const std::string set_path = "/apis/apps/v1/namespaces/default/daemonsets/agent";

class WriteStatusTest : public Conversation {
 protected:
  WriteStatusTest() {
    begin(std::make_unique<WriteStatus>(daemon_set_, daemonset::StatusChange{}));
    EXPECT_EQ(asks(), "PATCH " + set_path + "/status");
    newer_.resource_version = "11";
    newer_.generation = 2;
  }

  objects::DaemonSet newer_ = daemon_set_;
};

TEST_F(WriteStatusTest, PutsTheDaemonSetIntoTheStore) {
  answer(newer_);
  EXPECT_TRUE(ended(Next::go_on));
  EXPECT_EQ(state().daemon_set().resource_version, "11");
}

TEST_F(WriteStatusTest, HasNobodyToTellWhenTheDaemonSetHasGone) {
  answer(not_found());
  EXPECT_TRUE(ended(Next::plan_again));
}

/// A write that meets a newer DaemonSet must fail (requirement 11.3).
TEST_F(WriteStatusTest, FindsTheDaemonSetNewerThanItWasKnown) {  // requirement 11.3
  answer(conflict());
  EXPECT_EQ(asks(), "GET " + set_path);
  answer(newer_);
  EXPECT_TRUE(ended(Next::plan_again));
  EXPECT_EQ(state().daemon_set().generation, 2);
}

TEST_F(WriteStatusTest, SaysWhatTheConflictWasIfTheDaemonSetIsAsItWas) {
  answer(conflict());
  answer(daemon_set_);
  EXPECT_TRUE(failed("Conflict"));
}

TEST_F(WriteStatusTest, EndsWithoutAnAnswer) {
  answer(no_answer());
  EXPECT_TRUE(failed("no answer"));
}

}  // namespace
}  // namespace everynode::sync
