#include "everynode/http/proxy.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace everynode::http {
namespace {

std::string read(const std::string& url) {
  const auto proxy = parse_proxy(url);
  if (!proxy) return proxy.error();
  return proxy->text() + (proxy->has_user ? " as " + proxy->user + ":" + proxy->password : "");
}

TEST(Proxy, IsRead) {
  EXPECT_EQ(read("http://p"), "http://p:80");
  EXPECT_EQ(read("https://p/"), "https://p:443");
  EXPECT_EQ(read("socks5://[::1]"), "socks5://[::1]:1080");
  EXPECT_EQ(read("HTTP://me:a%40b@p:3128"), "http://p:3128 as me:a@b");
  EXPECT_EQ(read("socks5://me@p"), "socks5://p:1080 as me:");
}

TEST(Proxy, IsRefusedWithoutItsPassword) {
  for (const auto* url : {"p:3128", "ftp://me:secret@p", "http://", "http://p:0", "socks5h://me:secret@p", ""}) {
    const auto proxy = parse_proxy(url);
    ASSERT_FALSE(proxy) << url;
    EXPECT_TRUE(proxy.error().contains("is no address of a proxy; expected http://")) << proxy.error();
    EXPECT_FALSE(proxy.error().contains("secret")) << proxy.error();
  }
}

/// golang.org/x/net/http/httpproxy: config.useProxy.
TEST(NoProxy, FollowsGo) {
  struct Case {
    std::string list;
    std::string host;
    std::uint16_t port;
    bool listed;
  };
  const std::vector<Case> cases{{"", "a.com", 443, false},
                                {"*", "a.com", 443, true},
                                {"b.com, *", "1.2.3.4", 443, true},
                                {"a.com", "a.com", 443, true},
                                {"a.com", "A.Com", 443, true},
                                {" A.COM ,b.com", "a.com", 443, true},
                                {"a.com", "x.a.com", 443, true},
                                {"a.com", "xa.com", 443, false},
                                {".a.com", "a.com", 443, false},
                                {".a.com", "x.a.com", 443, true},
                                {"*.a.com", "x.y.a.com", 443, true},
                                {"*.a.com", "a.com", 443, false},
                                {"a.com:443", "a.com", 443, true},
                                {"a.com:6443", "a.com", 443, false},
                                {"a.com:", "a.com", 443, true},
                                {"1.2.3.4", "1.2.3.4", 443, true},
                                {"1.2.3.4:443", "1.2.3.4", 443, true},
                                {"1.2.3.4:80", "1.2.3.4", 443, false},
                                {"1.2.3.0/24", "1.2.3.4", 443, true},
                                {"1.2.3.0/24", "1.2.4.4", 443, false},
                                {"0.0.0.0/0", "1.2.3.4", 443, true},
                                {"0.0.0.0/0", "::2", 443, false},
                                {"1.2.3.0/33", "1.2.3.4", 443, false},
                                {"10.0.0.0/8", "10.example.com", 443, false},
                                {"fd00::/8", "fd12::1", 443, true},
                                {"fd00::/8", "fe12::1", 443, false},
                                {"::ffff:1.2.3.4", "1.2.3.4", 443, true},
                                {"[fd00::1]:443", "fd00::1", 443, true},
                                {"[fd00::1]:80", "fd00::1", 443, false},
                                {"fd00::1", "fd00::1", 443, true},
                                {"3.4", "1.2.3.4", 443, false},
                                {":443,,", "a.com", 443, false}};
  for (const Case& each : cases)
    EXPECT_EQ(is_listed(each.list, each.host, each.port), each.listed) << each.list << " " << each.host;
}

std::string chosen(const ProxyEnvironment& environment, bool tls, std::string_view host, std::uint16_t port = 443) {
  const auto proxy = proxy_of(environment, tls, host, port);
  if (!proxy) return proxy.error();
  return *proxy ? (*proxy)->text() : "none";
}

TEST(ProxyOfTheEnvironment, IsChosenBySchemeAndHost) {
  const ProxyEnvironment both{
      .http_proxy = "http://for-http:1", .https_proxy = "for-https:2", .no_proxy = "b.com", .is_cgi = false};
  EXPECT_EQ(chosen(both, true, "a.com"), "http://for-https:2") << "http without a scheme";
  EXPECT_EQ(chosen(both, false, "a.com"), "http://for-http:1");
  EXPECT_EQ(chosen(both, true, "b.com"), "none");
  for (const auto* host : {"localhost", "127.0.0.1", "127.9.9.9", "::1"}) EXPECT_EQ(chosen(both, true, host), "none");
  EXPECT_EQ(chosen(both, true, "localhost.example"), "http://for-https:2");
  EXPECT_EQ(chosen({}, true, "a.com"), "none");
  ProxyEnvironment odd;
  odd.https_proxy = "socks5h://p";
  EXPECT_EQ(chosen(odd, true, "a.com"), "socks5://p:1080");
  odd.https_proxy = "ftp://me:secret@p";
  EXPECT_TRUE(chosen(odd, true, "a.com").starts_with("HTTPS_PROXY: \"p\" is no address of a proxy"));
  ProxyEnvironment cgi = both;
  cgi.is_cgi = true;
  EXPECT_TRUE(chosen(cgi, false, "a.com").starts_with("HTTP_PROXY: it is not obeyed while REQUEST_METHOD is set"));
  EXPECT_EQ(chosen(cgi, true, "a.com"), "http://for-https:2");
}

}  // namespace
}  // namespace everynode::http
