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

TEST(TakesGzip, IsWhatTheHeaderNames) {
  for (const std::string_view value : {"gzip", "deflate, gzip;q=1.0, *;q=0.5", "br,GZIP", " gzip ;q=0.001"}) {
    EXPECT_TRUE(takes_gzip(value)) << value;
  }
  for (const std::string_view value :
       {"", "br", "*", "gzip;q=0", "gzip;q=0.000", "x-gzip", "identity;q=1, gzip; q=0.0"}) {
    EXPECT_FALSE(takes_gzip(value)) << value;
  }
}

}  // namespace
}  // namespace everynode::http
