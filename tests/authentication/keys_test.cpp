#include "everynode/authentication/keys.hpp"

#include <gtest/gtest.h>

#include "token.hpp"

namespace everynode::authentication {
namespace {

using support::key_set;
using support::SigningKey;

std::string problem_with(const std::string& jwks) {
  const auto keys = Keys::read(jwks);
  return keys ? "" : keys.error().text();
}

TEST(Keys, AreThoseThatKubernetesSignsWith) {
  std::string all;
  for (const std::string algorithm : {"RS256", "ES256", "ES384", "ES512"})
    all += (all.empty() ? "" : ",") + SigningKey("k-" + algorithm, algorithm).jwk();
  const auto keys = Keys::read(key_set(all));
  ASSERT_TRUE(keys) << keys.error().text();
  EXPECT_EQ(keys->size(), 4U);
  EXPECT_NE(keys->find("k-RS256", "RS256"), nullptr);
  EXPECT_NE(keys->find("k-ES512", "ES512"), nullptr);
}

// A token says in its own header how it was signed: the key decides, not the token (RFC 8725, 3.1).
TEST(Keys, SignByTheirOwnAlgorithmOnly) {
  const auto keys = Keys::read(key_set(SigningKey("a", "RS256").jwk()));
  ASSERT_TRUE(keys);
  for (const auto* algorithm : {"ES256", "HS256", "none", "", "RS512", "PS256", "rs256"})
    EXPECT_EQ(keys->find("a", algorithm), nullptr) << algorithm;
  EXPECT_EQ(keys->find("b", "RS256"), nullptr);
}

TEST(Keys, OfOtherKindsArePassedOver) {
  const std::string others = R"({"kty":"OKP","crv":"Ed25519","kid":"o","x":"AA"},{"kty":"oct","kid":"s","k":"AA"},)"
                             R"({"kty":"RSA","kid":"e","use":"enc","n":"AQ","e":"AQ"},{"kty":"RSA","n":"AQ","e":"AQ"},)"
                             R"({"kty":"EC","crv":"secp256k1","kid":"b","x":"AA","y":"AA"},)"
                             R"({"kty":"EC","crv":"P-256","alg":"ES384","kid":"c","x":"AA","y":"AA"},)";
  const auto keys = Keys::read(key_set(others + SigningKey("a", "ES256").jwk()));
  ASSERT_TRUE(keys) << keys.error().text();
  EXPECT_EQ(keys->size(), 1U);
  EXPECT_FALSE(keys->knows("e"));
}

TEST(Keys, ThatCannotBeUsedAreNamed) {
  EXPECT_EQ(problem_with(R"({"keys":[]})"), "keys: there is none for RS256, ES256, ES384 or ES512 with a kid");
  EXPECT_EQ(problem_with("{}"), problem_with(R"({"keys":[]})"));
  EXPECT_EQ(problem_with(R"({"keys":[{"kty":"RSA","kid":"a","n":"A+B/","e":"AQAB"}]})"),
            "keys[0].n: expected base64url");
  EXPECT_EQ(problem_with(R"({"keys":[{"kty":"RSA","kid":"a","n":"AQAB","e":"AQAB"}]})"),
            "keys[0]: n has less than 2,048 bits, or is even");
  EXPECT_EQ(problem_with(key_set(SigningKey("a", "RS256", 1024).jwk())),
            "keys[0]: n has less than 2,048 bits, or is even");
  EXPECT_EQ(problem_with(R"({"keys":[{"kty":"EC","crv":"P-256","kid":"a","x":"AQAB","y":"AQAB"}]})"),
            "keys[0]: x and y have 32 bytes each on this curve");
  const std::string ones = support::base64url(std::string(32, '\1'));
  EXPECT_EQ(
      problem_with(R"({"keys":[{"kty":"EC","crv":"P-256","kid":"a","x":")" + ones + R"(","y":")" + ones + "\"}]}"),
      "keys[0]: x and y are no point of the curve");
  EXPECT_NE(problem_with("[]"), "");
  EXPECT_NE(problem_with(""), "");
  EXPECT_NE(problem_with(R"({"keys":{}})"), "");
}

TEST(Keys, ThatArePrivateDoNotBelongThere) {
  EXPECT_EQ(problem_with(key_set(SigningKey("a", "ES256").jwk(R"(,"d":"AQAB")"))), "keys[0]: it is a private key (d)");
}

TEST(Keys, AreFewEnough) {
  std::string many;
  for (int i = 0; i < 65; ++i) many += (i == 0 ? "" : ",") + std::string(R"({"kty":"oct","kid":"s"})");
  EXPECT_EQ(problem_with(key_set(many)), "keys[64]: more than 64 keys");
}

}  // namespace
}  // namespace everynode::authentication
