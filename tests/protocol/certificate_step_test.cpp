#include "everynode/protocol/certificate_step.hpp"

#include <gtest/gtest.h>

namespace everynode::protocol {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::sys_seconds;
using Ids = std::vector<std::string>;

constexpr sys_seconds now{std::chrono::sys_days{std::chrono::year{2026} / 11 / 24}};
constexpr CertificateSettings settings{.authority_life = days{300}, .leaf_life = days{90}, .settle = 60s};

Validity life(std::chrono::seconds since, std::chrono::seconds until) {
  return {.not_before = now - since, .not_after = now + until};
}

Authority authority(std::string id, Validity validity) {
  return {.id = std::move(id), .validity = validity};
}

/// A settled state: CA and certificate are young, and a webhook's bundle has the CA.
CertificateState well() {
  return {.signer = authority("a", life(days{30}, days{270})),
          .others = {},
          .leaf = Leaf{.validity = life(days{30}, days{60}), .signed_by = "a"},
          .bundles = {{"a"}},
          .announced = 1h};
}

/// A new CA is announced beside the old one, which signed the served certificate.
CertificateState rotating(std::chrono::seconds announced) {
  CertificateState state = well();
  state.others = {*state.signer};
  state.signer = authority("b", life(1min, days{300}));
  state.bundles = {{"a", "b"}};
  state.announced = announced;
  return state;
}

template <class Step>
Step expect(const CertificateState& state, sys_seconds time = now) {
  const CertificateStep step = next_step(settings, state, time);
  if (const auto* found = std::get_if<Step>(&step)) return *found;
  ADD_FAILURE() << "another step: " << step.index();
  return {};
}

TEST(CertificateStep, MakesACaFirst) {
  const auto step = expect<MakeAuthority>({});
  EXPECT_EQ(step.validity, life(5min, days{300}));
  EXPECT_EQ(step.keep, Ids{});
}

TEST(CertificateStep, WaitsForTheNextRenewal) {
  EXPECT_EQ(expect<WaitUntil>(well()).time, now + days{30});
  CertificateState state = well();
  state.others = {authority("old", life(days{200}, days{3}))};
  state.bundles = {{"old", "a"}};
  EXPECT_EQ(expect<WaitUntil>(state).time, now + days{3}) << "when the old CA leaves the bundle";
}

TEST(CertificateStep, TellsEveryWebhookBeforeItIssues) {
  CertificateState state = well();
  state.leaf = {};
  state.bundles = {{"a"}, {}};
  EXPECT_EQ(expect<WriteBundles>(state).trust, Ids{"a"});
}

TEST(CertificateStep, IssuesTheFirstCertificateAtOnce) {
  CertificateState state = well();
  state.leaf = {};
  state.announced = 0s;
  EXPECT_EQ(expect<IssueLeaf>(state).validity, life(5min, days{90}));
  state.bundles = {};
  EXPECT_EQ(expect<IssueLeaf>(state).trust, Ids{"a"}) << "without any webhook yet";
}

TEST(CertificateStep, RenewsTheCertificateAfterTwoThirdsOfItsLife) {
  expect<WaitUntil>(well(), now + days{30} - 1s);
  expect<IssueLeaf>(well(), now + days{30});
}

TEST(CertificateStep, ReplacesACertificateThatIsNotYetValid) {
  CertificateState state = well();
  state.leaf->validity = life(-1min, days{90});
  expect<IssueLeaf>(state);
}

TEST(CertificateStep, ReplacesTheCaAfterTwoThirdsOfItsLifeAndKeepsTrustInIt) {
  CertificateState state = well();
  state.leaf->validity = life(0s, days{400});
  expect<WaitUntil>(state, now + days{170} - 1s);
  state.others = {authority("old", life(days{900}, days{171})), authority("older", life(days{900}, days{169}))};
  state.leaf->signed_by = "old";
  EXPECT_EQ(expect<MakeAuthority>(state, now + days{170}).keep, (Ids{"a", "old"}));
}

TEST(CertificateStep, AnnouncesANewCaBeforeItSigns) {
  CertificateState state = rotating(0s);
  state.bundles = {{"a"}};
  EXPECT_EQ(expect<WriteBundles>(state).trust, (Ids{"b", "a"}));
  EXPECT_EQ(expect<WaitUntil>(rotating(20s)).time, now + 40s);
  EXPECT_EQ(expect<IssueLeaf>(rotating(60s)).trust, (Ids{"b", "a"}));
}

/// Some API servers may not know the new CA yet, but without a certificate no API server is served.
TEST(CertificateStep, IssuesAtOnceWhereThereIsNoneToServe) {
  CertificateState lost = rotating(20s);
  lost.leaf = {};
  EXPECT_EQ(expect<IssueLeaf>(lost).trust, (Ids{"b", "a"}));
  CertificateState expired = rotating(20s);
  expired.leaf->validity = life(days{90}, -1s);
  expect<IssueLeaf>(expired);
  CertificateState unannounced = rotating(0s);
  unannounced.leaf = {};
  unannounced.bundles = {{"a"}};
  expect<WriteBundles>(unannounced);
}

TEST(CertificateStep, DistrustsACaWhenItHasExpired) {
  CertificateState state = well();
  state.others = {authority("old", life(days{300}, 0s))};
  state.bundles = {{"old", "a"}};
  EXPECT_EQ(expect<WriteBundles>(state).trust, Ids{"a"});
}

/// Another program kept the certificates before.
CertificateState after_a_foreign_authority(std::chrono::seconds age) {
  CertificateState state = well();
  state.signer = authority("a", life(age, days{300} - age));
  state.others = {authority("foreign", life(days{300}, days{3650}))};
  state.bundles = {{"a", "foreign"}};
  return state;
}

TEST(CertificateStep, DistrustsAForeignCaTwoLivesOfACertificateAfterItSigned) {
  EXPECT_EQ(expect<WaitUntil>(after_a_foreign_authority(days{170})).time, now + days{10});
  EXPECT_EQ(expect<WriteBundles>(after_a_foreign_authority(days{180})).trust, Ids{"a"});
}

TEST(CertificateStep, TrustsAForeignCaWhileACertificateOfItIsServed) {
  CertificateState state = after_a_foreign_authority(days{190});
  state.leaf->signed_by = "foreign";
  EXPECT_EQ(expect<IssueLeaf>(state).trust, (Ids{"a", "foreign"}));
  state.leaf->signed_by = {};
  EXPECT_EQ(expect<IssueLeaf>(state).trust, (Ids{"a", "foreign"})) << "nobody knows whose it is";
}

TEST(CertificateStep, TakesADistrustedCaNotAlongToTheNext) {
  EXPECT_EQ(expect<MakeAuthority>(after_a_foreign_authority(days{210})).keep, Ids{"a"});
}

TEST(CertificateStep, RemovesWhatItDoesNotKnowFromTheBundle) {
  CertificateState state = well();
  state.bundles = {{"a", "stranger"}};
  EXPECT_EQ(expect<WriteBundles>(state).trust, Ids{"a"});
}

TEST(CertificateStep, EndsNoCertificateAfterItsCa) {
  CertificateState state = well();
  state.signer->validity = life(days{10}, days{80});
  state.leaf = {};
  EXPECT_EQ(expect<IssueLeaf>(state).validity, life(5min, days{80}));
}

TEST(CertificateStep, BackdatesShortLivesByATenth) {
  const CertificateSettings brief{.authority_life = 60s, .leaf_life = 20s, .settle = 2s};
  CertificateState state = well();
  state.leaf = {};
  const CertificateStep step = next_step(brief, state, now);
  EXPECT_EQ(std::get<IssueLeaf>(step).validity, life(2s, 20s));
}

TEST(CertificateStep, RefusesSettingsThatCannotWork) {
  EXPECT_TRUE(check(CertificateSettings{}));
  EXPECT_TRUE(check({.authority_life = 60s, .leaf_life = 20s, .settle = 3s}));
  EXPECT_FALSE(check({.authority_life = 59s, .leaf_life = 20s, .settle = 3s}));
  EXPECT_FALSE(check({.authority_life = 60s, .leaf_life = 20s, .settle = 4s}));
  EXPECT_FALSE(check({.authority_life = 60s, .leaf_life = 9s, .settle = 1s}));
}

}  // namespace
}  // namespace everynode::protocol
