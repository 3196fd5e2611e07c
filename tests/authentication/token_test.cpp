// Service account tokens: who is let in, and who is not.
#include <gtest/gtest.h>

#include <algorithm>

#include "everynode/authentication/authenticate.hpp"
#include "token.hpp"

namespace everynode::authentication {
namespace {

using std::chrono::sys_seconds;
using support::base64url;
using support::key_set;
using support::SigningKey;

constexpr std::int64_t noon = 1'800'000'000;
const std::string issuer = "https://kubernetes.default.svc";
const std::string audience = "https://everynode-webhook.everynode-system.svc:443/mutate";
const std::string attested =
    R"(,"kubernetes.io":{"attestations":{"admissionReviewAPIGroups":["*"]},"mutatingwebhookconfiguration":{"name":"everynode","uid":"u"}})";

sys_seconds at(std::int64_t seconds) {
  return sys_seconds(std::chrono::seconds(seconds));
}

/// Claims of a token that lives from noon for ten minutes.
struct Wanted {
  std::string iss = issuer;
  std::string sub = "system:serviceaccount:kube-system:webhook-auth";
  std::string aud = "[\"" + audience + "\"]";
  std::string exp = std::to_string(noon + 600);
  std::string nbf = std::to_string(noon);
  std::string rest = attested;
};

std::string claims(const Wanted& wanted) {
  return R"({"aud":)" + wanted.aud + R"(,"exp":)" + wanted.exp + R"(,"iat":)" + wanted.nbf + R"(,"iss":")" +
         wanted.iss + R"(","jti":"j","nbf":)" + wanted.nbf + R"(,"sub":")" + wanted.sub + "\"" + wanted.rest + "}";
}

class Tokens : public ::testing::Test {
 protected:
  [[nodiscard]] Verdict judged(const std::string& token, sys_seconds now = at(noon + 1)) const {
    return judge_token(token, trust_, now);
  }
  [[nodiscard]] Outcome outcome(const Wanted& wanted, sys_seconds now = at(noon + 1)) const {
    return judged(key_.token(claims(wanted)), now).outcome;
  }

  SigningKey key_{"first", "ES256"};
  TokenTrust trust_{.keys = *Keys::read(key_set(key_.jwk())),
                    .policy = {.issuer = issuer, .audiences = {audience}, .subjects = {}}};
};

TEST_F(Tokens, LetInWhoMayAskAboutEachApiGroup) {
  const Verdict verdict = judged(key_.token(claims({})));
  EXPECT_EQ(verdict.outcome, Outcome::allowed) << verdict.detail;
  EXPECT_EQ(verdict.credential, Credential::token);
  EXPECT_EQ(verdict.until, at(noon + 660));
}

TEST_F(Tokens, LetInBySignaturesOfEachAlgorithmOfKubernetes) {
  for (const std::string algorithm : {"RS256", "ES256", "ES384", "ES512"}) {
    const SigningKey key("k", algorithm);
    trust_.keys = *Keys::read(key_set(key.jwk()));
    EXPECT_EQ(judged(key.token(claims({}))).outcome, Outcome::allowed) << algorithm;
    EXPECT_EQ(judged(SigningKey("k", algorithm).token(claims({}))).outcome, Outcome::bad_signature) << algorithm;
  }
}

// Any pod can have a token with any audience in a projected volume.
TEST_F(Tokens, OfAnybodyElseDoNotLetIn) {
  EXPECT_EQ(outcome({.rest = ""}), Outcome::not_allowed);
  EXPECT_EQ(outcome({.rest = R"(,"kubernetes.io":{"namespace":"default","serviceaccount":{"name":"default"}})"}),
            Outcome::not_allowed);
  EXPECT_EQ(outcome({.rest = R"(,"kubernetes.io":{"attestations":{"admissionReviewAPIGroups":["*"]}})"}),
            Outcome::not_allowed);
  EXPECT_EQ(
      outcome(
          {.rest =
               R"(,"kubernetes.io":{"attestations":{"admissionReviewAPIGroups":["*"]},"validatingwebhookconfiguration":{}})"}),
      Outcome::not_allowed);
}

TEST_F(Tokens, OfANamedServiceAccountNeedNoAttestation) {
  trust_.policy.subjects = {"system:serviceaccount:a:b", "system:serviceaccount:kube-system:webhook-auth"};
  EXPECT_EQ(outcome({.rest = ""}), Outcome::allowed);
  EXPECT_EQ(outcome({.sub = "system:serviceaccount:kube-system:other"}), Outcome::not_allowed);
  EXPECT_EQ(outcome({.sub = "system:serviceaccount:a", .rest = ""}), Outcome::not_allowed);
}

// An aggregated API server asks about its own API group only, and pods are of another.
TEST_F(Tokens, ForOtherApiGroupsDoNotLetIn) {
  const std::string of_apps =
      R"(,"kubernetes.io":{"attestations":{"admissionReviewAPIGroups":["apps"]},"mutatingwebhookconfiguration":{}})";
  EXPECT_EQ(outcome({.rest = of_apps}), Outcome::not_allowed);
  trust_.policy.subjects = {"system:serviceaccount:kube-system:webhook-auth"};
  EXPECT_EQ(outcome({.rest = of_apps}), Outcome::not_allowed);
}

TEST_F(Tokens, HaveATime) {
  EXPECT_EQ(outcome({}, at(noon - 61)), Outcome::outdated);
  EXPECT_EQ(outcome({}, at(noon - 60)), Outcome::allowed);
  EXPECT_EQ(outcome({}, at(noon + 659)), Outcome::allowed);
  EXPECT_EQ(outcome({}, at(noon + 660)), Outcome::outdated);
  EXPECT_EQ(outcome({.exp = "null"}), Outcome::outdated);
  EXPECT_EQ(outcome({.exp = "9223372036854775807"}), Outcome::allowed);
  EXPECT_EQ(outcome({.exp = "-9223372036854775808"}), Outcome::outdated);
  EXPECT_EQ(outcome({.exp = "\"1800000600\""}), Outcome::malformed);
  EXPECT_EQ(outcome({.exp = "1e99"}), Outcome::malformed);
}

TEST_F(Tokens, AreForUs) {
  EXPECT_EQ(outcome({.aud = "\"" + audience + "\""}), Outcome::allowed);
  EXPECT_EQ(outcome({.aud = R"(["other",")" + audience + "\"]"}), Outcome::allowed);
  for (const auto* aud : {"[]", "null", R"("https://kubernetes.default.svc")", "\"\"", R"(["https://everynode"])"})
    EXPECT_EQ(outcome({.aud = aud}), Outcome::wrong_audience) << aud;
  EXPECT_EQ(outcome({.aud = "7"}), Outcome::malformed);
}

TEST_F(Tokens, ComeFromOurCluster) {
  EXPECT_EQ(outcome({.iss = "https://other"}), Outcome::wrong_issuer);
  trust_.policy.issuer.clear();
  EXPECT_EQ(outcome({}), Outcome::wrong_issuer);
  EXPECT_EQ(outcome({.iss = ""}), Outcome::wrong_issuer);
}

TEST_F(Tokens, OfAKeyThatWeDoNotKnowAreToldApart) {
  EXPECT_EQ(judged(SigningKey("second", "ES256").token(claims({}))).outcome, Outcome::unknown_key);
  EXPECT_EQ(judged(SigningKey("first", "RS256").token(claims({}))).outcome, Outcome::bad_signature)
      << "a wrong algorithm is no reason to look for new keys";
}

TEST_F(Tokens, CannotChooseHowTheyAreVerified) {
  for (const std::string algorithm : {"none", "None", "HS256", "RS512", "PS256", "EdDSA", ""})
    EXPECT_EQ(judged(key_.token(R"({"alg":")" + algorithm + R"(","kid":"first"})", claims({}))).outcome,
              Outcome::malformed)
        << algorithm;
  const std::string unsigned_ = base64url(R"({"alg":"none","kid":"first"})") + "." + base64url(claims({})) + ".";
  EXPECT_EQ(judged(unsigned_).outcome, Outcome::malformed);
  EXPECT_EQ(judged(key_.token(R"({"alg":"ES256"})", claims({}))).outcome, Outcome::malformed);
  EXPECT_EQ(judged(key_.token(R"({"alg":"ES256","kid":"first","crit":["b64"],"b64":false})", claims({}))).outcome,
            Outcome::malformed);
  EXPECT_EQ(judged(key_.token(R"({"alg":"ES256","kid":"first","typ":"at+jwt"})", claims({}))).outcome,
            Outcome::malformed);
  EXPECT_EQ(judged(key_.token(R"({"alg":"ES256","alg":"none","kid":"first"})", claims({}))).outcome,
            Outcome::malformed);
  EXPECT_EQ(judged(key_.token(R"({"alg":"ES256","kid":"first","typ":"JWT"})", claims({}))).outcome, Outcome::allowed);
}

TEST_F(Tokens, WithAChangedByteDoNotLetIn) {
  const std::string good = key_.token(claims({}));
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string changed = good;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(judged(changed).allowed()) << i;
    changed[i] = static_cast<char>(0x80 | i);
    EXPECT_FALSE(judged(changed).allowed()) << i;
  }
  for (std::size_t size = 0; size < good.size(); ++size) EXPECT_FALSE(judged(good.substr(0, size)).allowed()) << size;
  EXPECT_FALSE(judged(good + "A").allowed());
  EXPECT_FALSE(judged(good + ".").allowed());
  EXPECT_FALSE(judged(" " + good).allowed());
}

TEST_F(Tokens, ThatAreNoneAreMalformed) {
  for (const std::string& text : {std::string(), std::string("."), std::string(".."), std::string("..."),
                                  std::string("a.b.c"), std::string(10'000, '.'), std::string(10'000, 'A'),
                                  base64url("[]") + "..", base64url("{}") + "..", key_.token("{}", claims({}))})
    EXPECT_EQ(judged(text).outcome, Outcome::malformed) << text;
  for (const auto* text : {"", "[]", "7", "{", R"({"iss":1})", R"({"iss":"a","iss":"b"})"})
    EXPECT_EQ(judged(key_.token(text)).outcome, Outcome::malformed) << text;
}

TEST_F(Tokens, AreQuotedInNoAnswer) {
  const SigningKey stranger("second", "ES256");
  for (const std::string& token :
       {stranger.token(claims({})), key_.token(claims({.rest = ""})), std::string("a.s3cr3t.c")}) {
    const Verdict verdict = judged(token);
    const std::string body = refusal(verdict, {.certificates = false, .names = {}, .tokens = true}).body;
    for (const std::string& part : {token, token.substr(0, 12)}) EXPECT_FALSE(body.contains(part)) << body;
  }
}

}  // namespace
}  // namespace everynode::authentication
