#include "everynode/net/authority.hpp"
#include "everynode/net/client_tls.hpp"

#include <gtest/gtest.h>
#include <openssl/x509v3.h>

#include "certificate.hpp"

namespace everynode::net {
namespace {

using namespace std::chrono_literals;

const std::string name = "webhook.system.svc";

Lifetime around_now(std::chrono::seconds since = 60s, std::chrono::seconds until = 3600s) {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  return {.not_before = now - since, .not_after = now + until};
}

Certificate only(const std::string& pem) {
  const auto found = read_certificates(pem);
  EXPECT_EQ(found.size(), 1U);
  return found.empty() ? Certificate() : found.front();
}

/// The verdict of a client that trusts only `authorities` and calls the server by its name.
std::string verdict(const std::string& leaf, const std::string& authorities, const std::string& host = name) {
  X509_STORE* store = X509_STORE_new();
  for (const Certificate& one : read_certificates(authorities)) {
    X509_STORE_add_cert(store, support::read_certificate(one.pem).get());
  }
  X509_STORE_CTX* context = X509_STORE_CTX_new();
  const auto certificate = support::read_certificate(leaf);
  X509_STORE_CTX_init(context, store, certificate.get(), nullptr);
  X509_STORE_CTX_set_purpose(context, X509_PURPOSE_SSL_SERVER);
  X509_VERIFY_PARAM* parameters = X509_STORE_CTX_get0_param(context);
  X509_VERIFY_PARAM_set1_host(parameters, host.c_str(), 0);
  X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_X509_STRICT);
  X509_verify_cert(context);
  std::string text = X509_verify_cert_error_string(X509_STORE_CTX_get_error(context));
  X509_STORE_CTX_free(context);
  X509_STORE_free(store);
  return text;
}

TEST(Authority, IssuesWhatItsClientsTrust) {
  const KeyPair authority = make_authority(around_now());
  const KeyPair leaf = issue(authority, name, around_now());
  EXPECT_EQ(verdict(leaf.chain, authority.chain), "ok");
  EXPECT_EQ(verdict(leaf.chain, authority.chain, "webhook.other.svc"), "hostname mismatch");
  EXPECT_TRUE(belong_together(authority));
  EXPECT_TRUE(belong_together(leaf));
  EXPECT_FALSE(belong_together({.chain = leaf.chain, .key = authority.key}));
  EXPECT_FALSE(belong_together({.chain = leaf.chain, .key = ""}));
}

TEST(Authority, IsToldFromAnother) {
  const KeyPair one = make_authority(around_now());
  const KeyPair other = make_authority(around_now());
  const KeyPair leaf = issue(one, name, around_now());
  EXPECT_NE(verdict(leaf.chain, other.chain), "ok");
  EXPECT_EQ(verdict(leaf.chain, other.chain + one.chain), "ok");
  EXPECT_TRUE(is_signed_by(only(leaf.chain), only(one.chain)));
  EXPECT_FALSE(is_signed_by(only(leaf.chain), only(other.chain)));
  EXPECT_FALSE(is_signed_by(only(one.chain), only(other.chain)));
}

TEST(Authority, ReadsBackWhatItMade) {
  const Lifetime lifetime = around_now(7s, 77s);
  const KeyPair authority = make_authority(lifetime);
  const Certificate read = only(authority.chain);
  EXPECT_EQ(read.pem, authority.chain);
  EXPECT_EQ(read.lifetime.not_before, lifetime.not_before);
  EXPECT_EQ(read.lifetime.not_after, lifetime.not_after);
  EXPECT_TRUE(read.is_authority);
  const Certificate leaf = only(issue(authority, name, lifetime).chain);
  EXPECT_FALSE(leaf.is_authority);
  EXPECT_TRUE(is_for(leaf, name));
  EXPECT_FALSE(is_for(leaf, "everynode-webhook")) << "its common name";
  EXPECT_NE(leaf.id, read.id);
}

TEST(Authority, ServesThePairAsAServerDoes) {
  const KeyPair leaf = issue(make_authority(around_now()), name, around_now());
  TlsIdentity identity(TlsVersion::v1_3);
  EXPECT_TRUE(identity.exchange(leaf, seconds_now()).has_value());
}

/// "No end" is written 9999-12-31 (RFC 5280, 4.1.2.5); nanoseconds in 64 bits end in 2262.
TEST(Authority, KnowsCertificatesWithoutAnEnd) {
  const auto never = std::chrono::sys_days(std::chrono::year(9999) / 12 / 31) + std::chrono::hours(12);
  const Lifetime lifetime{.not_before = around_now().not_before, .not_after = never};
  const KeyPair leaf = issue(make_authority(lifetime), name, lifetime);
  EXPECT_EQ(read_certificates(leaf.chain).front().lifetime.not_after, never);
  TlsIdentity identity(TlsVersion::v1_3);
  ASSERT_TRUE(identity.exchange(leaf, seconds_now()).has_value());
  EXPECT_TRUE(identity.facts().holds(seconds_now()));
  const auto shown = ClientTls::make({.authorities = {}, .verify = false, .own = leaf});
  ASSERT_TRUE(shown.has_value());
  EXPECT_EQ((*shown)->expires(), never);
}

TEST(Authority, ReplacesNoGoodPairByOneThatIsNotValid) {
  const KeyPair authority = make_authority(around_now());
  const auto now = seconds_now();
  const auto pair = [&](std::chrono::hours from, std::chrono::hours to) {
    return issue(authority, name, {.not_before = now + from, .not_after = now + to});
  };
  using std::chrono::hours;
  TlsIdentity identity(TlsVersion::v1_3);
  ASSERT_TRUE(identity.exchange(pair(hours(-3), hours(1)), now).has_value());
  const std::string good = identity.facts().fingerprint;
  const auto expired = identity.exchange(pair(hours(-3), hours(-1)), now);
  ASSERT_FALSE(expired.has_value());
  EXPECT_TRUE(expired.error().starts_with("it expired at 20")) << expired.error();
  EXPECT_TRUE(expired.error().ends_with("Z")) << expired.error();
  const KeyPair early = pair(hours(1), hours(5));
  const auto not_yet = identity.exchange(early, now);
  ASSERT_FALSE(not_yet.has_value());
  EXPECT_TRUE(not_yet.error().starts_with("it is not valid before 20")) << not_yet.error();
  EXPECT_EQ(identity.facts().fingerprint, good);
  EXPECT_TRUE(identity.exchange(early, now + hours(2)).has_value()) << "it has begun";
}

TEST(Authority, LeavesOutWhatIsNoCertificate) {
  const std::string pem = make_authority(around_now()).chain;
  EXPECT_EQ(read_certificates("").size(), 0U);
  EXPECT_EQ(read_certificates("no PEM at all").size(), 0U);
  EXPECT_EQ(read_certificates("# a comment\n" + pem + "\nrubbish\n" + pem).size(), 2U);
  EXPECT_EQ(read_certificates("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").size(), 0U);
}

}  // namespace
}  // namespace everynode::net
