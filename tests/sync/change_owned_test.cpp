#include <gtest/gtest.h>

#include "conversation.hpp"

namespace everynode::sync {
namespace {

constexpr auto pod_kind = daemonset::OwnedKind::pod;
const std::string pod_path = "/api/v1/namespaces/default/pods/p";
const std::string revision_path = "/apis/apps/v1/namespaces/default/controllerrevisions/agent-h";

class Adoption : public Conversation {
 protected:
  Adoption() {
    orphan_.controller.reset();
    store_.put(orphan_);
    daemonset::Plan plan;
    plan.actions = {action_};
    batch_ = batch();
    begin(std::make_unique<Preparation>(batch_, plan, state().doubts()));
  }

  objects::DaemonPod orphan_ = support::pod("p", "n1");
  const daemonset::Adopt action_{pod_kind, "p", "uid-p"};
  std::shared_ptr<Batch> batch_;
};

TEST_F(Adoption, AsksWhetherTheDaemonSetStays) {  // requirement 8.3
  EXPECT_EQ(asks(), "GET /apis/apps/v1/namespaces/default/daemonsets/agent");
  answer(daemon_set_);
  EXPECT_TRUE(ended(Next::go_on));
  begin(sync::begin(action_, batch_, {}));
  EXPECT_EQ(asks(), "PATCH " + pod_path);
  answer(support::pod("p", "n1"));
  EXPECT_TRUE(ended(Next::go_on));
  EXPECT_EQ(pods_of_n1(), 1U);
}

TEST_F(Adoption, IsNotForADaemonSetThatGoes) {  // requirement 8.3
  objects::DaemonSet going = daemon_set_;
  going.terminating = true;
  answer(going);
  begin(sync::begin(action_, batch_, {}));
  EXPECT_TRUE(failed("nothing is adopted"));
}

TEST_F(Adoption, IsNotForAnotherDaemonSetOfTheName) {
  objects::DaemonSet other = daemon_set_;
  other.uid = "another";
  answer(other);
  begin(sync::begin(action_, batch_, {}));
  EXPECT_TRUE(failed("nothing is adopted"));
}

TEST_F(Adoption, IsNotForADaemonSetThatNobodyKnows) {
  answer(no_answer());
  begin(sync::begin(action_, batch_, {}));
  EXPECT_TRUE(failed("no answer"));
}

class ChangeOwnedTest : public Conversation {
 protected:
  ChangeOwnedTest() {
    store_.put(pod_);
    store_.put(revision_);
  }

  [[nodiscard]] bool knows_the_revision() const { return !store_.view(key_).revisions.empty(); }

  const objects::DaemonPod pod_ = support::pod("p", "n1");
  const objects::ControllerRevision revision_ = support::revision("h", 1, "{}");
};

TEST_F(ChangeOwnedTest, ForgetsWhatIsNotThere) {  // requirements 8.5 and 8.6
  begin(daemonset::RelabelPod{"p", "uid-p", "h"});
  EXPECT_EQ(asks(), "PATCH " + pod_path);
  answer(not_found());
  EXPECT_TRUE(ended(Next::go_on));
  EXPECT_EQ(pods_of_n1(), 0U);
}

TEST_F(ChangeOwnedTest, LooksAgainAfterAConflict) {
  begin(daemonset::Release{pod_kind, "p", "uid-p"});
  answer(conflict());
  EXPECT_EQ(asks(), "GET " + pod_path);
  answer(pod_);
  EXPECT_TRUE(failed("Conflict")) << "it is as it was, so something else is in the way";
}

TEST_F(ChangeOwnedTest, ForgetsWhatWasReplacedByAnotherOfTheName) {
  begin(daemonset::Release{pod_kind, "p", "uid-p"});
  answer(conflict());
  objects::DaemonPod other = pod_;
  other.uid = "another";
  other.controller.reset();
  answer(other);
  EXPECT_TRUE(ended(Next::go_on));
  EXPECT_EQ(pods_of_n1(), 0U);
}

TEST_F(ChangeOwnedTest, AnswersARefusalWithItsReason) {
  begin(daemonset::RelabelPod{"p", "uid-p", "h"});
  answer(forbidden());
  EXPECT_TRUE(failed("Forbidden"));
  EXPECT_EQ(pods_of_n1(), 1U);
}

TEST_F(ChangeOwnedTest, PutsTheChangedRevisionIntoTheStore) {
  begin(daemonset::ChangeRevision{"agent-h", "30", 4, std::nullopt});
  EXPECT_EQ(asks(), "PATCH " + revision_path);
  objects::ControllerRevision changed = revision_;
  changed.resource_version = "31";
  changed.revision = 4;
  answer(changed);
  EXPECT_TRUE(ended(Next::go_on));
  EXPECT_EQ(store_.view(key_).revisions.front()->revision, 4);
}

TEST_F(ChangeOwnedTest, ForgetsADeletedRevision) {
  begin(daemonset::DeleteRevision{"agent-h", "uid-agent-h"});
  EXPECT_EQ(asks(), "DELETE " + revision_path);
  answer(revision_);
  EXPECT_TRUE(ended(Next::go_on));
  EXPECT_FALSE(knows_the_revision());
}

TEST_F(ChangeOwnedTest, KeepsARevisionWhoseDeletionGotNoAnswer) {
  begin(daemonset::DeleteRevision{"agent-h", "uid-agent-h"});
  answer(no_answer());
  EXPECT_TRUE(failed("no answer"));
  EXPECT_TRUE(knows_the_revision());
}

}  // namespace
}  // namespace everynode::sync
