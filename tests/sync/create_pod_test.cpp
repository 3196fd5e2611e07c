#include <gtest/gtest.h>

#include "conversation.hpp"
#include "everynode/daemonset/manage.hpp"

namespace everynode::sync {
namespace {

const std::string pods_path = "/api/v1/namespaces/default/pods";

class CreatePodTest : public Conversation {
 protected:
  CreatePodTest() { begin(action_); }

  [[nodiscard]] static std::string name(unsigned attempt = 0) { return daemonset::pod_name("agent", 7, attempt); }
  [[nodiscard]] static std::string question(const std::string& pod) { return "GET " + pods_path + "/" + pod; }
  static inline const std::string creation = "POST " + pods_path;

  [[nodiscard]] bool creating() const { return state().find("n1")->creating; }

  const daemonset::CreatePod action_{.node = "n1", .name_hash = 7};
};

TEST_F(CreatePodTest, PutsThePodIntoTheStoreAtOnce) {
  EXPECT_EQ(asks(), creation);
  EXPECT_TRUE(creating());
  answer(support::pod(name(), "n1"));
  EXPECT_TRUE(ended(Next::go_on));
  EXPECT_EQ(pods_of_n1(), 1U);
  EXPECT_FALSE(creating());
  EXPECT_EQ(told_, std::vector<std::string>{"SuccessfulCreate"});
}

TEST_F(CreatePodTest, KnowsItsOwnPodAfterALostAnswer) {  // requirement 6.4
  answer(no_answer());
  EXPECT_TRUE(failed("no answer"));
  begin(action_);
  EXPECT_EQ(asks(), creation) << "the same name asks by itself";
  answer(already_exists());
  EXPECT_EQ(asks(), question(name()));
  answer(support::pod(name(), "n1"));
  EXPECT_TRUE(ended(Next::go_on));
  EXPECT_TRUE(state().doubts().creations.empty());
}

TEST_F(CreatePodTest, AsksForAPodInDoubtBeforeItMakesOneOfAnotherName) {
  answer(no_answer());
  begin(daemonset::CreatePod{.node = "n1", .name_hash = 8});
  EXPECT_EQ(asks(), question(name()));
  answer(no_answer());
  EXPECT_TRUE(failed("no answer"));
  EXPECT_FALSE(creating());
  begin(daemonset::CreatePod{.node = "n1", .name_hash = 8});
  EXPECT_EQ(asks(), question(name())) << "it is still in doubt";
  answer(support::pod(name(), "n1"));
  EXPECT_TRUE(ended(Next::plan_again));
  EXPECT_EQ(pods_of_n1(), 1U);
}

TEST_F(CreatePodTest, CreatesWhenThePodInDoubtIsNotThere) {
  answer(no_answer());
  begin(daemonset::CreatePod{.node = "n1", .name_hash = 8});
  answer(not_found());
  EXPECT_EQ(asks(), creation);
  EXPECT_TRUE(state().doubts().creations.empty());
}

TEST_F(CreatePodTest, TakesTheNextNameWhenOthersHaveIt) {  // requirement 6.4
  answer(already_exists());
  objects::DaemonPod other = support::pod(name(), "n1");
  other.controller.reset();
  other.labels = {};
  answer(other);
  EXPECT_EQ(asks(), creation);
  EXPECT_TRUE(std::get<kube::Request>(machine_->next()).body.contains(name(1)));
}

TEST_F(CreatePodTest, TakesTheNextNameWhenThePodOfThisOneIsGoing) {
  answer(already_exists());
  objects::DaemonPod going = support::pod(name(), "n1");
  going.terminating = true;
  answer(going);
  EXPECT_EQ(asks(), creation);
}

/// The pod belongs to the DaemonSet until it is released: a second one would be one too many.
TEST_F(CreatePodTest, MakesNoSecondPodBesideItsOwnThatLostItsLabels) {
  answer(already_exists());
  objects::DaemonPod stray = support::pod(name(), "n1");
  stray.labels = {};
  answer(stray);
  EXPECT_TRUE(ended(Next::plan_again));
  EXPECT_EQ(state().unmatched().size(), 1U);
}

TEST_F(CreatePodTest, TakesTheNextNameBesideAStrayThatNobodyLetsUsRelease) {
  objects::DaemonPod stray = support::pod(name(), "n1");
  stray.labels = {};
  const std::vector<const objects::DaemonPod*> known{&stray};
  begin(sync::begin(action_, batch(known), state().doubts()));
  answer(already_exists());
  answer(stray);
  EXPECT_EQ(asks(), creation);
}

TEST_F(CreatePodTest, MakesNoSecondPodWhileNobodySaysWhoHasTheName) {
  answer(already_exists());
  answer(no_answer());
  EXPECT_TRUE(failed("no answer"));
}

TEST_F(CreatePodTest, GivesUpAfterTenNamesForNowAndThenTriesTheNext) {
  for (int i = 0; i < 10; ++i) {
    ASSERT_EQ(asks(), creation);
    answer(already_exists());
    answer(not_found());
  }
  EXPECT_TRUE(failed("no free name"));
  EXPECT_FALSE(creating());
  EXPECT_EQ(told_, std::vector<std::string>{"FailedCreate"});
  begin(action_);
  EXPECT_TRUE(std::get<kube::Request>(machine_->next()).body.contains(name(10)));
  begin(daemonset::CreatePod{.node = "n1", .name_hash = 8});
  EXPECT_TRUE(std::get<kube::Request>(machine_->next()).body.contains(daemonset::pod_name("agent", 8, 0)))
      << "another situation has other names";
}

TEST_F(CreatePodTest, RemembersWhatARefusalSays) {
  const std::string message = "pods \"" + name() + "\" is forbidden: exceeded quota: q";
  answer(refused(Failure::refused, 403, "Forbidden", message));
  EXPECT_TRUE(failed("Forbidden"));
  EXPECT_EQ(state().refusal(), "forbidden: exceeded quota: q");
  EXPECT_TRUE(state().doubts().creations.empty()) << "it was not done";
  EXPECT_EQ(told_, std::vector<std::string>{"FailedCreate"});
  begin(action_);
  answer(support::pod(name(), "n1"));
  EXPECT_EQ(state().refusal(), "");
}

TEST_F(CreatePodTest, SaysNothingWhenTheNamespaceGoes) {  // requirement 6.4
  answer(std::unexpected(Problem{
      .failure = Failure::refused,
      .text = "no",
      .status =
          kube::ApiStatus{.code = 403, .reason = "Forbidden", .message = "it goes", .cause = "NamespaceTerminating"}}));
  EXPECT_TRUE(told_.empty());
}

TEST_F(CreatePodTest, TakesAnAnswerThatCannotBeReadForACreation) {
  answer(std::unexpected(Problem{.failure = Failure::unreadable, .text = "unreadable", .status = {}}));
  EXPECT_TRUE(failed("unreadable"));
  EXPECT_EQ(told_, std::vector<std::string>{"SuccessfulCreate"});
}

TEST_F(CreatePodTest, SendsNothingForATemplateThatMakesNoPods) {  // requirement 4.4
  daemon_set_.pod_template.labels = {};
  begin(action_);
  EXPECT_EQ(asks(), "");
  EXPECT_FALSE(result());
  EXPECT_FALSE(creating());
}

}  // namespace
}  // namespace everynode::sync
