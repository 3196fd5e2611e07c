#include "webhook/decision_log.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <utility>

namespace everynode::webhook {
namespace {

TEST(DecisionLog, SaysWhichOverlaysAreInThePodAndWhyOthersAreNot) {
  overlay::DaemonSetOverlay big;
  big.name = "big";
  overlay::DaemonSetOverlay gpu;
  gpu.name = "gpu";
  admission::Decision decision;
  EXPECT_EQ(overlays_in(decision), "");
  EXPECT_EQ(overlays_left_out(decision), "");
  decision.fit = std::make_shared<const overlay::Fit>(overlay::Fit{
      .contributions = {{.overlay = &big, .settings = {}}, {.overlay = &gpu, .settings = {}}},
      .refusals = {{.overlay = "small", .reason = "no container c"}, {.overlay = "tiny", .reason = "min is above max"}},
      .lowered = {},
      .ties = {},
      .patch = {},
      .stamp = {}});
  EXPECT_EQ(overlays_in(decision), "big,gpu");
  EXPECT_EQ(overlays_left_out(decision), "small: no container c; tiny: min is above max");
}

TEST(DecisionLog, SaysWhyAllOverlaysAreLeftOut) {
  admission::Decision decision;
  decision.without_overlays = "the pod would be too large";
  EXPECT_EQ(overlays_in(decision), "");
  EXPECT_EQ(overlays_left_out(decision), "the pod would be too large");
}

TEST(DecisionLog, DoesNotGrowWithWhatOverlaysSay) {
  admission::Decision decision;
  overlay::Fit fit;
  overlay::DaemonSetOverlay named;
  named.name = std::string(253, 'a');
  for (int i = 0; i < 100; ++i) {
    fit.contributions.push_back({.overlay = &named, .settings = {}});
    fit.refusals.push_back({.overlay = named.name, .reason = std::string(10'000, 'b')});
  }
  decision.fit = std::make_shared<const overlay::Fit>(std::move(fit));
  EXPECT_LE(overlays_in(decision).size(), 1024U);
  EXPECT_LE(overlays_left_out(decision).size(), 1024U);
}

}  // namespace
}  // namespace everynode::webhook
