#include "webhook/readiness.hpp"

#include <gtest/gtest.h>

namespace everynode::webhook {
namespace {

using std::chrono::hours;

const TimePoint noon = TimePoint(hours(1'000'000));

ReadinessFacts good() {
  return {
      .draining = false, .not_before = noon - hours(1), .not_after = noon + hours(1), .overlays = {}, .self_probe = {}};
}

TEST(Readiness, IsGivenWhenEveryCheckPasses) {
  const auto checks = check_readiness(good(), noon);
  EXPECT_TRUE(all_passed(checks));
  EXPECT_EQ(to_text(checks), "[+]certificate ok\n[+]listener ok\n[+]draining ok\n");
}

TEST(Readiness, WaitsForWhatOverlaysNeedIfTheyAreWanted) {
  ReadinessFacts facts = good();
  facts.overlays = "nodes are not listed yet";
  EXPECT_FALSE(all_passed(check_readiness(facts, noon)));
  facts.overlays = "";
  EXPECT_TRUE(all_passed(check_readiness(facts, noon)));
  EXPECT_EQ(to_text(check_readiness(facts, noon)),
            "[+]certificate ok\n[+]listener ok\n[+]draining ok\n[+]overlays ok\n");
}

TEST(Readiness, FailsWithTheCertificate) {
  EXPECT_FALSE(all_passed(check_readiness(good(), noon + hours(1))));
  EXPECT_FALSE(all_passed(check_readiness(good(), noon - hours(2))));
  EXPECT_EQ(to_text(check_readiness(good(), noon + hours(2))).substr(0, 38), "[-]certificate failed: it has expired\n");
}

TEST(Readiness, FailsWithTheListenerAndWhileDraining) {
  auto facts = good();
  facts.self_probe = std::unexpected("no answer");
  EXPECT_FALSE(all_passed(check_readiness(facts, noon)));
  facts = good();
  facts.draining = true;
  EXPECT_FALSE(all_passed(check_readiness(facts, noon)));
}

TEST(Readiness, WaitsForTheKeysOfTokensWhereThereAreTokens) {
  auto facts = good();
  facts.token_keys = std::unexpected("they have not been fetched yet");
  EXPECT_FALSE(all_passed(check_readiness(facts, noon)));
  facts.token_keys = std::expected<void, std::string>();
  EXPECT_TRUE(all_passed(check_readiness(facts, noon)));
}

}  // namespace
}  // namespace everynode::webhook
