#include "everynode/authentication/authenticate.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "token.hpp"

namespace everynode::authentication {
namespace {

using std::chrono::sys_seconds;
using namespace std::chrono_literals;

const sys_seconds noon = sys_seconds(1'800'000'000s);
const http::ClientCertificate good{.names = {"kube-apiserver", "api.example.com"}, .problem = ""};
const http::ClientCertificate stranger{.names = {"kubelet"}, .problem = ""};
const http::ClientCertificate self_signed{.names = {"kube-apiserver"}, .problem = "self-signed certificate"};

const Policy certificates{.certificates = true, .names = {"front", "kube-apiserver"}, .tokens = false};
const Policy tokens{.certificates = false, .names = {}, .tokens = true};
const Policy both{.certificates = true, .names = {"kube-apiserver"}, .tokens = true};

class Authentication : public ::testing::Test {
 protected:
  /// "certificate allowed", "none missing 401".
  std::string asked(const Policy& policy, const http::ClientCertificate* certificate,
                    const std::string& authorization = "", sys_seconds now = noon) {
    const http::Head head{
        .method = "POST", .target = "/mutate", .authorization = authorization, .certificate = certificate};
    const Verdict verdict = judge(head, policy, trust_, now, known_);
    std::string text = std::string(name_of(verdict.credential)) + " " + std::string(name_of(verdict.outcome));
    if (verdict.allowed()) return text;
    EXPECT_FALSE(verdict.detail.empty());
    return text + " " + std::to_string(static_cast<int>(refusal(verdict, policy).status));
  }

  [[nodiscard]] std::string token(std::int64_t end = 600) const {
    return key_.token(R"({"iss":"i","aud":"a","sub":"s","exp":)" +
                      std::to_string(noon.time_since_epoch().count() + end) + "}");
  }
  [[nodiscard]] std::string bearer() const { return "Bearer " + token(); }

  [[nodiscard]] static std::shared_ptr<const TokenTrust> trust_in(const support::SigningKey& key) {
    return std::make_shared<const TokenTrust>(
        TokenTrust{.keys = *Keys::read(support::key_set(key.jwk())),
                   .policy = {.issuer = "i", .audiences = {"a"}, .subjects = {"s"}}});
  }

  support::SigningKey key_{"k", "ES256"};
  std::shared_ptr<const TokenTrust> trust_ = trust_in(key_);
  KnownTokens known_;
};

TEST_F(Authentication, ByACertificateWithOneOfTheNames) {
  EXPECT_EQ(asked(certificates, &good), "certificate allowed");
  EXPECT_EQ(asked(certificates, &stranger), "certificate not_allowed 403");
  EXPECT_EQ(asked(certificates, &self_signed), "certificate untrusted 401");
  EXPECT_EQ(asked(certificates, nullptr), "none missing 401");
}

TEST_F(Authentication, ByAnyTrustedCertificateWhereNoNameIsAsked) {
  const Policy any{.certificates = true, .names = {}, .tokens = false};
  EXPECT_EQ(asked(any, &stranger), "certificate allowed");
  EXPECT_EQ(asked(any, &self_signed), "certificate untrusted 401");
}

TEST_F(Authentication, ByATokenInTheHeader) {
  EXPECT_EQ(asked(tokens, nullptr, bearer()), "token allowed");
  EXPECT_EQ(asked(tokens, nullptr, "bearer " + token()), "token allowed") << "RFC 9110, 11.1";
  EXPECT_EQ(asked(tokens, nullptr), "none missing 401");
  const std::vector<std::string> none{"Basic YTpi",
                                      "Bearer",
                                      "Bearer ",
                                      "Bearer  x",
                                      token(),
                                      "Bearer\t" + token(),
                                      std::string(8000, 'x'),
                                      std::string("Bearer \0\xff", 9)};
  for (const std::string& header : none) EXPECT_EQ(asked(tokens, nullptr, header), "token malformed 401") << header;
}

TEST_F(Authentication, ByEitherIsEnough) {
  EXPECT_EQ(asked(both, &good), "certificate allowed");
  EXPECT_EQ(asked(both, nullptr, bearer()), "token allowed");
  EXPECT_EQ(asked(both, &stranger, bearer()), "token allowed");
  EXPECT_EQ(asked(both, &good, "Basic YTpi"), "certificate allowed");
  EXPECT_EQ(asked(both, &stranger), "certificate not_allowed 403");
  EXPECT_EQ(asked(both, nullptr), "none missing 401");
}

TEST_F(Authentication, IgnoresWhatItWasNotAskedToTrust) {
  EXPECT_EQ(asked(certificates, nullptr, bearer()), "none missing 401");
  EXPECT_EQ(asked(tokens, &good), "none missing 401");
}

TEST_F(Authentication, WaitsForKeys) {
  trust_ = nullptr;
  EXPECT_EQ(asked(tokens, nullptr, bearer()), "token no_keys 401");
}

TEST_F(Authentication, SaysWhatToShow) {
  const auto response = refusal({.detail = "show a token"}, tokens);
  const auto body = nlohmann::json::parse(response.body);
  EXPECT_EQ(body["reason"], "Unauthorized");
  EXPECT_EQ(body["message"], "show a token");
  ASSERT_EQ(response.headers.size(), 1U);
  EXPECT_EQ(response.headers[0].name + ": " + response.headers[0].value, "WWW-Authenticate: Bearer");
  EXPECT_TRUE(refusal({.detail = "x"}, certificates).headers.empty());
  EXPECT_EQ(nlohmann::json::parse(refusal({.outcome = Outcome::not_allowed, .detail = "x"}, tokens).body)["reason"],
            "Forbidden");
}

TEST_F(Authentication, OfAKnownTokenEndsWithIt) {
  const std::string header = bearer();
  EXPECT_EQ(asked(tokens, nullptr, header), "token allowed");
  EXPECT_TRUE(known_.has(header.substr(7), trust_, noon));
  EXPECT_EQ(asked(tokens, nullptr, header, noon + 659s), "token allowed");
  EXPECT_EQ(asked(tokens, nullptr, header, noon + 660s), "token outdated 401");
}

TEST_F(Authentication, OfAKnownTokenEndsWithItsKey) {
  const std::string header = bearer();
  EXPECT_EQ(asked(tokens, nullptr, header), "token allowed");
  trust_ = trust_in(support::SigningKey("next", "ES256"));
  EXPECT_EQ(asked(tokens, nullptr, header), "token unknown_key 401");
}

TEST(KnownTokens, AreNoMoreThanTheirNumber) {
  KnownTokens known;
  const std::shared_ptr<const TokenTrust> trust;
  for (std::size_t i = 0; i < 10 * KnownTokens::most; ++i)
    known.remember(std::to_string(i), trust, noon + std::chrono::seconds(i));
  std::size_t left = 0;
  for (std::size_t i = 0; i < 10 * KnownTokens::most; ++i)
    left += known.has(std::to_string(i), trust, noon - 1s) ? 1 : 0;
  EXPECT_EQ(left, KnownTokens::most);
  EXPECT_TRUE(known.has(std::to_string(10 * KnownTokens::most - 1), trust, noon)) << "it ends last";
}

TEST(KnownTokens, AreThatTextOnly) {
  KnownTokens known;
  known.remember("a.b.c", nullptr, noon);
  EXPECT_TRUE(known.has("a.b.c", nullptr, noon - 1s));
  EXPECT_FALSE(known.has("a.b.d", nullptr, noon - 1s));
  EXPECT_FALSE(known.has("", nullptr, noon - 1s));
}

}  // namespace
}  // namespace everynode::authentication
