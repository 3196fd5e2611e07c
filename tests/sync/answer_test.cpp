#include "everynode/sync/answer.hpp"

#include <gtest/gtest.h>

namespace everynode::sync {
namespace {

const kube::ObjectKey key{.namespace_ = "default", .name = "p"};

Failure failure_of(const kube::Request& request, unsigned status, const std::string& reason) {
  codec::Document document;
  const std::string body = R"({"kind":"Status","message":"why","reason":")" + reason + R"("})";
  const kube::Outcome outcome = kube::Reply{.status = status, .body = body, .retry_after = {}};
  const Answer answer = read_answer(request, outcome, document);
  EXPECT_FALSE(answer);
  EXPECT_EQ(answer.error().message(), "why");
  return answer.error().failure;
}

TEST(Answer, OfARefusalTellsWhatItMeansForTheWrite) {
  const kube::Request deletion = kube::remove(kube::pods, key, "u");
  const kube::Request creation = kube::create(kube::pods, "default", "{}");
  EXPECT_EQ(failure_of(deletion, 404, "NotFound"), Failure::not_found);
  EXPECT_EQ(failure_of(deletion, 404, ""), Failure::refused) << "a proxy on the way knows no such path";
  EXPECT_EQ(failure_of(creation, 409, "AlreadyExists"), Failure::already_exists);
  EXPECT_EQ(failure_of(deletion, 409, "Conflict"), Failure::conflict);
  EXPECT_EQ(failure_of(deletion, 422, "Invalid"), Failure::conflict);
  EXPECT_EQ(failure_of(creation, 403, "Forbidden"), Failure::refused);
  EXPECT_EQ(failure_of(creation, 429, "TooManyRequests"), Failure::refused);
  EXPECT_EQ(failure_of(creation, 500, "InternalError"), Failure::in_doubt);
}

TEST(Answer, ThatDidNotComeIsInDoubtIfTheRequestWasSent) {
  codec::Document document;
  const kube::Request request = kube::get(kube::pods, key);
  const kube::Outcome sent = std::unexpected(kube::NoReply{.why = "timeout", .sent = true});
  const kube::Outcome not_sent = std::unexpected(kube::NoReply{.why = "refused", .sent = false});
  EXPECT_EQ(read_answer(request, sent, document).error().failure, Failure::in_doubt);
  EXPECT_EQ(read_answer(request, not_sent, document).error().failure, Failure::not_sent);
  EXPECT_EQ(read_answer(request, sent, document).error().message(), "timeout");
}

TEST(Answer, IsTheObjectOfTheRequestsResource) {
  codec::Document document;
  const kube::Outcome outcome =
      kube::Reply{.status = 200, .body = R"({"metadata":{"name":"p","uid":"u"}})", .retry_after = {}};
  const Answer revision = read_answer(kube::get(kube::controller_revisions, key), outcome, document);
  ASSERT_TRUE(revision);
  EXPECT_EQ(std::get<objects::ControllerRevision>(*revision).uid, "u");
  const Answer pod = read_answer(kube::get(kube::pods, key), outcome, document);
  ASSERT_TRUE(pod);
  EXPECT_EQ(std::get<objects::DaemonPod>(*pod).uid, "u");
  const Answer node = read_answer(kube::get(kube::nodes, {.namespace_ = {}, .name = "p"}), outcome, document);
  ASSERT_TRUE(node);
  EXPECT_EQ(std::get<objects::Node>(*node).uid, "u");
}

TEST(Answer, ThatCannotBeReadSaysSo) {
  codec::Document document;
  const kube::Outcome outcome = kube::Reply{.status = 201, .body = "{", .retry_after = {}};
  const Answer answer = read_answer(kube::get(kube::pods, key), outcome, document);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().failure, Failure::unreadable);
  EXPECT_TRUE(answer.error().text.contains("a Pod that cannot be read"));
}

}  // namespace
}  // namespace everynode::sync
