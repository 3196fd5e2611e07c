#include "everynode/http/message.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace everynode::http {
namespace {

TEST(Message, PathIsTheTargetWithoutItsQuery) {
  EXPECT_EQ((Request{.method = "POST", .target = "/mutate?timeout=2s", .content_type = "", .body = ""}.path()),
            "/mutate");
  EXPECT_EQ((Request{.method = "GET", .target = "/", .content_type = "", .body = ""}.path()), "/");
  EXPECT_EQ((Request{.method = "GET", .target = "", .content_type = "", .body = ""}.path()), "");
}

TEST(Message, HeadHasTheSamePath) {
  EXPECT_EQ((Head{.method = "POST", .target = "/mutate?timeout=2s", .authorization = ""}.path()), "/mutate");
  EXPECT_EQ((Head{.method = "GET", .target = "", .authorization = ""}.path()), "");
}

TEST(Message, JsonInAnyCaseWithOrWithoutParameters) {
  for (const auto* good :
       {"application/json", "Application/JSON", "application/json; charset=utf-8", "application/json ;a=b"})
    EXPECT_TRUE(is_json(good)) << good;
  for (const auto* bad :
       {"", "text/plain", "application/json-patch+json", "application/jso", "json", ";application/json"})
    EXPECT_FALSE(is_json(bad)) << bad;
}

TEST(Message, FailureIsAKubernetesStatus) {
  const Response response = failure(Status::content_too_large, "too \"long\"");
  EXPECT_EQ(response.status, Status::content_too_large);
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_EQ(nlohmann::json::parse(response.body),
            nlohmann::json::parse(R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",
      "message":"too \"long\"","reason":"RequestEntityTooLarge","code":413})"));
}

TEST(Message, FailureQuotesBytesThatAreNoText) {
  EXPECT_NO_THROW((void)nlohmann::json::parse(failure(Status::not_found, "there is nothing at /\xff\xfe").body));
}

}  // namespace
}  // namespace everynode::http
