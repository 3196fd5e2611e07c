#include "everynode/http/url.hpp"

#include <gtest/gtest.h>

namespace everynode::http {
namespace {

TEST(Url, IsTakenApart) {
  const auto url = parse_url("HTTPS://me:a%20b@[::1]:6443/k8s/?query#fragment");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->scheme, "https");
  EXPECT_TRUE(url->has_user);
  EXPECT_EQ(url->user, "me");
  EXPECT_EQ(url->password, "a b");
  EXPECT_EQ(url->host, "::1");
  EXPECT_EQ(url->port, 6443);
  EXPECT_EQ(url->path, "/k8s/");
  EXPECT_EQ(authority_of(url->host, url->port), "[::1]:6443");
  EXPECT_EQ(parse_url("http://a")->port, 0);
  EXPECT_FALSE(parse_url("http://a")->has_user);
}

TEST(Url, HasAHostAndAPort) {
  for (const auto* text :
       {"", ":", "a", "a:", "a:#", "a:?", "a/b://c", "http:", "http:/a", "http://", "http://#", "http://:1",
        "http://a:0", "http://a:65536", "http://a:1x", "http://[::1", "http://[::1]x", "http://a b"})
    EXPECT_FALSE(parse_url(text)) << text;
}

}  // namespace
}  // namespace everynode::http
