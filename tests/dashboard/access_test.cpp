#include "everynode/dashboard/access.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace everynode::dashboard {
namespace {

const Access access{.token = "secret", .hosts = hosts_of("127.0.0.1", 8090)};

/// The word of the refusal; empty: none.
std::string refused(const http::Head& head) {
  const auto denial = denial_of(head, access);
  return denial ? std::string(denial->reason) : "";
}

http::Head head(std::string_view target, std::string_view authorization = "Bearer secret") {
  return {.method = "GET", .target = target, .authorization = authorization, .host = "127.0.0.1:8090"};
}

TEST(Access, LetsThePageIn) {
  EXPECT_EQ(refused(head("/api/snapshot")), "");
  http::Head request = head("/api/snapshot");
  request.host = "localhost:8090";
  request.origin = "http://localhost:8090";
  EXPECT_EQ(refused(request), "");
}

TEST(Access, GivesThePagesOwnFilesToAll) {
  for (const std::string_view path : {"/", "/page.js", "/page.css", "/api", "/nothing"}) {
    EXPECT_EQ(refused(head(path, "")), "") << path;
  }
}

TEST(Access, AsksForTheTokenOfAllElse) {
  for (const std::string_view shown : {"", "secret", "Bearer", "Bearer ", "Bearer secre", "Bearer secret ",
                                       "Bearer secretsecret", "Bearer Secret", "bearer secret", "Basic secret"}) {
    EXPECT_EQ(refused(head("/api/snapshot", shown)), "token") << shown;
    EXPECT_EQ(refused(head("/api/events?since=1", shown)), "token") << shown;
  }
  const auto denial = denial_of(head("/api/snapshot", ""), access);
  ASSERT_TRUE(denial);
  EXPECT_EQ(denial->response.status, http::Status::unauthorized);
}

TEST(Access, AsksForAToken) {
  const Access open{.token = "", .hosts = access.hosts};
  EXPECT_TRUE(denial_of(head("/api/snapshot", "Bearer "), open)) << "no token is no permission";
}

TEST(Access, LetsThePageInThroughAProxyThatSpeaksTls) {
  const Access proxied{.token = "secret", .hosts = {}, .proxied = {"localhost:8080", "page.example.com"}};
  http::Head request = head("/api/snapshot");
  request.host = "page.example.com";
  request.origin = "https://page.example.com";
  EXPECT_FALSE(denial_of(request, proxied));
  for (const std::string_view origin : {"https://page.example.com:8443", "https://evil.example", "https://",
                                        "wss://page.example.com", "https://http://page.example.com"}) {
    request.origin = origin;
    EXPECT_TRUE(denial_of(request, proxied)) << origin;
  }
}

TEST(Access, KnowsHosts) {
  for (const std::string_view good : {"localhost:8080", "page.example.com", "10.0.0.1:80", "a-b"}) {
    EXPECT_TRUE(is_host(good)) << good;
  }
  for (const std::string_view bad :
       {"", ":80", "a:", "a:b", "a:123456", "A", "a/", "https://a", "a b", "a,b", "a:80:80", "[::1]:80", "*"}) {
    EXPECT_FALSE(is_host(bad)) << bad;
  }
}

TEST(Access, TakesATokenFromAFile) {
  const std::string token = "0123456789abcdefABCDEF_-01234567";
  EXPECT_EQ(token_in(token), token);
  EXPECT_EQ(token_in(token + "\n"), token);
  for (const std::string& bad : {std::string(), token.substr(1), token + "\n\n", token + " ", "\n" + token,
                                 token + "\r\n", std::string(257, 'a'), token + std::string(1, '\0')}) {
    const auto refused = token_in(bad);
    ASSERT_FALSE(refused) << bad;
    EXPECT_FALSE(refused.error().contains("abcdef")) << "a secret, whatever it lacks";
  }
}

TEST(Access, RefusesOtherHosts) {
  for (const std::string_view host : {"", "127.0.0.1", "127.0.0.1:8091", "evil.example:8090", "evil.example",
                                      "127.0.0.1:8090.evil.example", "LOCALHOST:8090", "[::1]:8090"}) {
    http::Head request = head("/");
    request.host = host;
    EXPECT_EQ(refused(request), "host") << host;
  }
}

TEST(Access, RefusesOtherOrigins) {
  for (const std::string_view origin : {"null", "several", "http://evil.example", "https://127.0.0.1:8090",
                                        "http://127.0.0.1:8091", "http://127.0.0.1", "http://127.0.0.1:8090/"}) {
    http::Head request = head("/api/snapshot");
    request.origin = origin;
    EXPECT_EQ(refused(request), "origin") << origin;
  }
}

/// POST /api/rollout by the page itself.
http::Head change() {
  http::Head request = head("/api/rollout");
  request.method = "POST";
  request.origin = "http://127.0.0.1:8090";
  return request;
}

std::string refused_with_actions(const http::Head& head) {
  const Access open{.token = access.token, .hosts = access.hosts, .actions = true};
  const auto denial = denial_of(head, open);
  return denial ? std::string(denial->reason) : "";
}

TEST(Access, LetsNothingBeChangedUnlessItIsAllowed) {
  EXPECT_EQ(refused_with_actions(change()), "");
  for (const std::string_view method : {"POST", "PUT", "PATCH", "DELETE", "ANYTHING", "post"}) {
    for (const std::string_view target : {"/api/rollout", "/api/snapshot", "/", "/nothing"}) {
      http::Head request = change();
      request.method = method;
      request.target = target;
      EXPECT_EQ(refused(request), "actions") << method << target;
      request.authorization = "";
      EXPECT_EQ(refused(request), "token") << "a stranger is not told what is allowed";
    }
  }
  const auto denial = denial_of(change(), access);
  EXPECT_EQ(denial->response.status, http::Status::forbidden);
  EXPECT_TRUE(denial->response.body.contains("--allow-actions")) << denial->response.body;
}

TEST(Access, LetsOnlyThePageItselfChangeSomething) {
  for (const std::string_view origin :
       {"", "null", "several", "http://evil.example", "https://127.0.0.1:8090", "http://127.0.0.1:8091"}) {
    http::Head request = change();
    request.origin = origin;
    EXPECT_EQ(refused_with_actions(request), "origin") << "whoever names none is no browser's page: " << origin;
  }
  http::Head request = change();
  request.authorization = "Bearer x";
  EXPECT_EQ(refused_with_actions(request), "token");
  request = change();
  request.host = "evil.example";
  EXPECT_EQ(refused_with_actions(request), "host");
}

TEST(Access, KnowsWhatIsOfThisMachineAlone) {
  for (const std::string_view address : {"127.0.0.1", "127.8.0.1", "::1"}) EXPECT_TRUE(is_loopback(address)) << address;
  for (const std::string_view address : {"0.0.0.0", "::", "10.0.0.1", "::ffff:127.0.0.1", "1.127.0.0"}) {
    EXPECT_FALSE(is_loopback(address)) << address;
  }
  EXPECT_EQ(hosts_of("::1", 81), (std::vector<std::string>{"[::1]:81", "localhost:81"}));
  EXPECT_EQ(hosts_of("::1", 80), (std::vector<std::string>{"[::1]:80", "localhost:80", "[::1]", "localhost"}))
      << "browsers leave out the port that http has anyway";
}

TEST(Access, KeepsThePageToItself) {
  http::Response response;
  secure(response);
  const auto value = [&](std::string_view name) {
    const auto found = std::ranges::find(response.headers, name, &http::Header::name);
    return found == response.headers.end() ? std::string() : found->value;
  };
  const std::string policy = value("Content-Security-Policy");
  EXPECT_TRUE(policy.starts_with("default-src 'none';")) << policy;
  EXPECT_FALSE(policy.contains("unsafe")) << policy;
  EXPECT_TRUE(policy.contains("require-trusted-types-for 'script'")) << policy;
  EXPECT_EQ(value("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(value("Access-Control-Allow-Origin"), "") << "no CORS";
}

}  // namespace
}  // namespace everynode::dashboard
