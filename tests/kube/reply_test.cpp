#include "everynode/kube/reply.hpp"

#include <gtest/gtest.h>

#include "protobuf.hpp"

namespace everynode::kube {
namespace {

using support::enveloped;
using support::Writer;
using support::written;

ApiStatus status_of(unsigned code, std::string body) {
  return kube::status_of(Reply{.status = code, .body = std::move(body), .retry_after = {}});
}

TEST(Status, IsReadFromTheBody) {
  const ApiStatus status = status_of(403, R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",
    "message":"pods \"a\" is forbidden: it is being terminated","reason":"Forbidden",
    "details":{"name":"a","kind":"pods","causes":[{"reason":"NamespaceTerminating","message":"m"},{"reason":"x"}]},
    "code":403})");
  EXPECT_EQ(status, (ApiStatus{.code = 403,
                               .reason = "Forbidden",
                               .message = "pods \"a\" is forbidden: it is being terminated",
                               .cause = "NamespaceTerminating"}));
}

TEST(Status, MayBeProtobuf) {
  const std::string cause = written([](Writer& out) { out.add_string(1, "NamespaceTerminating"); });
  const std::string details = written([&](Writer& out) { out.add_message(4, cause); });
  const std::string body = enveloped("Status", written([&](Writer& out) {
                                       out.add_string(2, "Failure");
                                       out.add_string(3, "it is being terminated");
                                       out.add_string(4, "Forbidden");
                                       out.add_message(5, details);
                                       out.add_int32(6, 403);
                                     }));
  const auto of = [](std::string bytes) {
    return kube::status_of(
        {.status = 403, .body = std::move(bytes), .retry_after = {}, .encoding = Encoding::protobuf});
  };
  EXPECT_EQ(
      of(body),
      (ApiStatus{
          .code = 403, .reason = "Forbidden", .message = "it is being terminated", .cause = "NamespaceTerminating"}));
  EXPECT_EQ(of(enveloped("Pod", "")).reason, "");
  EXPECT_EQ(of("k8s").reason, "");
}

TEST(Status, IsTheFirstLineOfAnythingElse) {
  EXPECT_EQ(status_of(502, "Bad Gateway\r\n<html>"),
            (ApiStatus{.code = 502, .reason = {}, .message = "Bad Gateway", .cause = {}}));
  EXPECT_EQ(status_of(500, ""), (ApiStatus{.code = 500, .reason = {}, .message = {}, .cause = {}}));
  EXPECT_EQ(status_of(500, R"({"kind":"Pod","reason":"Evicted"})").reason, "");
  EXPECT_EQ(status_of(500, R"({"kind":"Status","reason":)").reason, "");
  EXPECT_EQ(status_of(500, std::string(1000, 'x')).message.size(), 200U);
}

TEST(Status, CallsAPageOfHtmlThat) {
  EXPECT_EQ(status_of(502, "<html><body>Bad Gateway</body></html>").message, "a page of HTML");
  EXPECT_TRUE(is_html("\xef\xbb\xbf\r\n <!DOCTYPE HTML PUBLIC>"));
  EXPECT_TRUE(is_html("<?xml version=\"1.0\"?><!DOCTYPE html>"));
  EXPECT_TRUE(is_html("<title>Sign in</title>"));
  EXPECT_FALSE(is_html("<Error><Code>AccessDenied</Code></Error>"));
  EXPECT_FALSE(is_html("{\"a\":\"<html>\"}"));
  EXPECT_FALSE(is_html(" "));
  EXPECT_FALSE(is_html(""));
}

TEST(Status, SaysWhatTheRoleLacks) {
  const Request request = merge_patch(daemon_sets_status, {.namespace_ = "ns", .name = "a"}, "{}");
  EXPECT_EQ(
      explain(request, {.code = 403, .reason = "Forbidden", .message = "u cannot patch it", .cause = {}}),
      "cannot patch apps/daemonsets/status (PATCH /apis/apps/v1/namespaces/ns/daemonsets/a/status): 403 Forbidden: "
      "u cannot patch it; add to the role: {apiGroups: [\"apps\"], resources: [\"daemonsets/status\"], "
      "verbs: [\"patch\"]}");
}

TEST(Status, BlamesTheRoleForNothingElse) {
  const ApiStatus terminating{
      .code = 403, .reason = "Forbidden", .message = "it cannot be", .cause = "NamespaceTerminating"};
  EXPECT_EQ(explain(create(pods, "ns", "{}"), terminating),
            "cannot create pods (POST /api/v1/namespaces/ns/pods): 403 Forbidden (NamespaceTerminating): it cannot be");
  EXPECT_EQ(explain(list(pods, 500, "secret"), {.code = 410, .reason = "Expired", .message = "too old", .cause = {}}),
            "cannot list pods (GET /api/v1/pods): 410 Expired: too old");
}

}  // namespace
}  // namespace everynode::kube
