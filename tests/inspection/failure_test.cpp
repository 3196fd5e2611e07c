#include "everynode/inspection/failure.hpp"

#include <gtest/gtest.h>

namespace everynode::inspection {
namespace {

using std::chrono::seconds;

constexpr std::string_view page = "<!DOCTYPE html><title>Sign in</title>";
constexpr std::string_view server = "https://api:6443";

kube::Request list_of_nodes() {
  return kube::list(kube::nodes, 500, {});
}

kube::Reply reply(unsigned status, std::string_view body, std::optional<seconds> retry_after = {}) {
  return {.status = status, .body = std::string(body), .retry_after = retry_after};
}

Failure refused(unsigned status, std::string_view body, std::optional<seconds> retry_after = {}) {
  return failure_of(server, list_of_nodes(), reply(status, body, retry_after));
}

std::string status_object(std::string_view reason) {
  return R"({"kind":"Status","reason":")" + std::string(reason) + R"(","message":"no"})";
}

TEST(Failure, OfABusyServerIsWaitedOut) {
  for (const unsigned status : {408U, 410U, 429U, 502U, 503U, 504U}) {
    EXPECT_EQ(refused(status, "busy").chance, Chance::soon) << status;
  }
  EXPECT_EQ(refused(500, "oops").chance, Chance::later);
  EXPECT_EQ(refused(500, "oops", seconds(1)).chance, Chance::soon);
  EXPECT_EQ(refused(302, "").chance, Chance::later);
}

TEST(Failure, OfWhoMayNotIsFinal) {
  EXPECT_EQ(refused(401, status_object("Unauthorized")).chance, Chance::never);
  EXPECT_EQ(refused(403, status_object("Forbidden")).chance, Chance::never);
  EXPECT_EQ(refused(404, status_object("NotFound")).chance, Chance::never);
  EXPECT_EQ(refused(400, "bad").chance, Chance::never);
}

TEST(Failure, OfAProxyThatHasLostItsServerIsNotFinal) {
  EXPECT_EQ(refused(404, "default backend - 404").chance, Chance::later);
  EXPECT_EQ(refused(404, page).chance, Chance::later);
}

TEST(Failure, WithoutAnAnswerDependsOnWhatIsWrong) {
  const auto chance = [](kube::NoReply none) {
    return failure_of(server, list_of_nodes(), std::unexpected(std::move(none))).chance;
  };
  EXPECT_EQ(chance({.why = "cut", .sent = true}), Chance::soon);
  EXPECT_EQ(chance({.why = "nobody listens", .sent = false}), Chance::later);
  EXPECT_EQ(chance({.why = "a certificate", .sent = false, .lasting = true}), Chance::never);
}

TEST(Failure, CallsAPageOfHtmlThat) {
  const std::string words =
      " with a page of HTML, which is not the API server's; is a proxy or a sign-in page in between?";
  EXPECT_EQ(refused(503, page).why, "GET https://api:6443/api/v1/nodes: 503" + words);
  const Failure read = unreadable(server, list_of_nodes(), reply(200, page), "expected an object");
  EXPECT_EQ(read.why, "GET https://api:6443/api/v1/nodes: 200" + words);
  EXPECT_EQ(read.chance, Chance::later);
}

TEST(Failure, NamesWhatCannotBeRead) {
  EXPECT_EQ(unreadable(server, list_of_nodes(), reply(200, "[]"), "expected an object").why,
            "GET https://api:6443/api/v1/nodes: 200, which cannot be read: expected an object");
  EXPECT_EQ(unreadable(server, list_of_nodes(), reply(200, ""), "empty").why,
            "GET https://api:6443/api/v1/nodes: 200 without a body");
}

TEST(Wait, IsAsLongAsTheServerAsksFor) {
  EXPECT_EQ(wait_after({}, seconds(2)), seconds(2));
  EXPECT_EQ(wait_after(refused(429, "", seconds(1)), seconds(2)), seconds(2));
  EXPECT_EQ(wait_after(refused(429, "", seconds(9)), seconds(2)), seconds(9));
  EXPECT_EQ(wait_after(refused(429, "", seconds(3600)), seconds(2)), seconds(60));
  EXPECT_EQ(wait_after(refused(429, "", seconds(3600)), seconds(90)), seconds(90));
}

}  // namespace
}  // namespace everynode::inspection
