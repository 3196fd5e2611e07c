#include <gtest/gtest.h>

#include "conversation.hpp"

namespace everynode::sync {
namespace {

const std::string leaving_path = "/api/v1/namespaces/default/pods/p";

class DeletePodTest : public Conversation {
 protected:
  DeletePodTest() { store_.put(pod_); }

  void begin_deletion(daemonset::DeleteReason reason = daemonset::DeleteReason::outdated) {
    begin(daemonset::DeletePod{.name = "p", .uid = "uid-p", .node = "n1", .reason = reason, .revision = "r"});
    ASSERT_EQ(asks(), "DELETE " + leaving_path);
  }

  const objects::DaemonPod pod_ = support::pod("p", "n1");
};

TEST_F(DeletePodTest, CountsAsGoingFromTheAnswerOn) {
  begin_deletion();
  answer(pod_);
  EXPECT_TRUE(ended(Next::go_on));
  ASSERT_EQ(pods_of_n1(), 1U);
  EXPECT_TRUE(state().find("n1")->pods.front()->terminating);
}

TEST_F(DeletePodTest, ForgetsAPodThatIsNotThere) {  // requirement 6.5
  begin_deletion();
  answer(not_found());
  EXPECT_TRUE(ended(Next::go_on));
  EXPECT_EQ(pods_of_n1(), 0U);
  EXPECT_TRUE(told_.empty());
}

/// The answer to the deletion of a pod that disappears at once may be a Status.
TEST_F(DeletePodTest, ForgetsAPodWhoseDeletionIsAnsweredWithoutIt) {
  begin_deletion();
  answer(std::unexpected(Problem{.failure = Failure::unreadable, .text = "a Status", .status = {}}));
  EXPECT_TRUE(ended(Next::go_on));
  EXPECT_EQ(pods_of_n1(), 0U);
  EXPECT_EQ(told_, std::vector<std::string>{"SuccessfulDelete"});
}

TEST_F(DeletePodTest, TakesAConflictForNoProofThatThePodHasGone) {
  begin_deletion();
  answer(conflict());
  EXPECT_EQ(asks(), "GET " + leaving_path);
  answer(pod_);
  EXPECT_TRUE(failed("Conflict"));
  EXPECT_EQ(pods_of_n1(), 1U);
  EXPECT_EQ(told_, std::vector<std::string>{"FailedDelete"});
}

TEST_F(DeletePodTest, FindsAnotherPodOfTheName) {
  begin_deletion();
  answer(conflict());
  objects::DaemonPod other = support::pod("p", "n1");
  other.uid = "another";
  answer(other);
  EXPECT_TRUE(ended(Next::go_on));
  ASSERT_EQ(pods_of_n1(), 1U);
  EXPECT_EQ(state().find("n1")->pods.front()->uid, "another");
}

TEST_F(DeletePodTest, IsInDoubtWithoutAnAnswer) {
  begin_deletion();
  answer(no_answer());
  EXPECT_TRUE(failed("no answer"));
  EXPECT_EQ(state().doubts().deletions.size(), 1U);
  begin_deletion();
  answer(forbidden());
  EXPECT_EQ(state().doubts().deletions.size(), 1U) << "what the second says says nothing of the first";
}

class DeletionOfAGoneNode : public DeletePodTest {
 protected:
  DeletionOfAGoneNode() {
    objects::Node node = support::node("n1");
    node.health.ready = false;
    store_.put(node);
    store_.remove_node("n1");
    store_.state(key_)->note_absences(now_);
    begin(daemonset::DeletePod{
        .name = "p", .uid = "uid-p", .node = "n1", .reason = daemonset::DeleteReason::node_is_gone, .force = true});
  }

  [[nodiscard]] std::optional<objects::Time> certain_at() const { return state().absences().certain_at("n1"); }
};

TEST_F(DeletionOfAGoneNode, AsksTheApiServerFirst) {  // requirement 17.3
  EXPECT_EQ(asks(), "GET /api/v1/nodes/n1") << "without a version: what is there now";
  answer(not_found());
  ASSERT_EQ(asks(), "DELETE " + leaving_path);
  const std::string& body = std::get<kube::Request>(machine_->next()).body;
  EXPECT_TRUE(body.contains(R"("uid":"uid-p")")) << body;
  EXPECT_TRUE(body.contains(R"("gracePeriodSeconds":0)")) << body;
  answer(pod_);
  EXPECT_TRUE(ended(Next::go_on));
  EXPECT_TRUE(state().find("n1")->pods.front()->forced);
}

TEST_F(DeletionOfAGoneNode, LeavesThePodsOfANodeThatIsThere) {  // requirement 17.3
  EXPECT_EQ(certain_at(), now_ + daemonset::Absences::after_a_silent_node);
  store_.state(key_)->note_absences(now_ - std::chrono::seconds(9));
  answer(support::node("n1"));
  EXPECT_TRUE(failed("node n1 exists"));
  EXPECT_EQ(certain_at(), now_ + daemonset::Absences::after_a_silent_node) << "the wait begins anew";
  EXPECT_TRUE(store_.nodes().empty()) << "the answer may be older than what the watch tells";
  EXPECT_EQ(pods_of_n1(), 1U);
}

TEST_F(DeletionOfAGoneNode, LeavesThePodsOfANodeThatCannotBeRead) {  // requirement 17.3
  answer(std::unexpected(Problem{.failure = Failure::unreadable, .text = "a node that cannot be read", .status = {}}));
  EXPECT_TRUE(failed("node n1 exists"));
}

TEST_F(DeletionOfAGoneNode, NeedsAnAnswer) {  // requirement 17.3
  answer(no_answer());
  EXPECT_TRUE(failed("no answer"));
  EXPECT_TRUE(state().doubts().deletions.empty()) << "nothing was asked for yet";
  EXPECT_TRUE(told_.empty());
}

TEST_F(DeletionOfAGoneNode, NeedsTheRightToAsk) {  // requirement 17.3
  answer(forbidden());
  EXPECT_TRUE(failed("Forbidden"));
  EXPECT_EQ(pods_of_n1(), 1U);
}

TEST_F(DeletePodTest, LetsTheNextFailureOnTheNodeWait) {  // requirement 5.4
  begin_deletion(daemonset::DeleteReason::failed);
  EXPECT_FALSE(state().backoff().until("n1", now_));
  answer(pod_);
  EXPECT_TRUE(state().backoff().until("n1", now_));
  EXPECT_TRUE(state().backoff().remembers("n1", "r", now_));
  EXPECT_EQ(told_, (std::vector<std::string>{"FailedDaemonPod", "SuccessfulDelete"}));
}

TEST_F(DeletePodTest, ThatIsRefusedLetsNoFailureWait) {
  begin_deletion(daemonset::DeleteReason::failed);
  answer(forbidden());
  EXPECT_FALSE(state().backoff().until("n1", now_));
}

class PreparationTest : public DeletePodTest {
 protected:
  PreparationTest() {
    begin_deletion();
    answer(no_answer());
  }

  void prepare(std::vector<daemonset::Action> actions) {
    daemonset::Plan plan;
    plan.actions = std::move(actions);
    begin(std::make_unique<Preparation>(batch(), plan, state().doubts()));
  }

  const daemonset::DeletePod other_{.name = "q", .uid = "uid-q", .node = "n1"};
};

TEST_F(PreparationTest, LetsNoOtherPodGoBeforeADoubtIsSettled) {
  prepare({other_});
  EXPECT_EQ(asks(), "GET " + leaving_path);
  answer(no_answer());
  EXPECT_TRUE(failed("no answer"));
  EXPECT_EQ(state().doubts().deletions.size(), 1U);
  prepare({other_});
  answer(pod_);
  EXPECT_TRUE(ended(Next::plan_again));
  EXPECT_TRUE(state().doubts().deletions.empty());
}

TEST_F(PreparationTest, HasNoQuestionsWhereNothingIsDeletedOrAdopted) {
  prepare({daemonset::CreatePod{.node = "n1", .name_hash = 1}});
  EXPECT_TRUE(ended(Next::go_on));
}

}  // namespace
}  // namespace everynode::sync
