#include "histogram.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace everynode::support {
namespace {

using std::chrono::nanoseconds;

TEST(Histogram, EmptyAnswersZero) {
  const Histogram histogram;
  EXPECT_EQ(histogram.count(), 0U);
  EXPECT_EQ(histogram.quantile(0.99), nanoseconds(0));
  EXPECT_EQ(histogram.max(), nanoseconds(0));
}

TEST(Histogram, SmallValuesAreExact) {
  Histogram histogram;
  for (int value = 1; value <= 100; ++value) histogram.record(nanoseconds(value));
  EXPECT_EQ(histogram.quantile(0.5), nanoseconds(50));
  EXPECT_EQ(histogram.quantile(0.99), nanoseconds(99));
  EXPECT_EQ(histogram.quantile(1), nanoseconds(100));
}

TEST(Histogram, EveryMagnitudeIsTrueToOneIn128) {
  for (std::int64_t value = 1; value < std::numeric_limits<std::int64_t>::max() / 3; value = value * 3 + 1) {
    Histogram histogram;
    histogram.record(nanoseconds(value));
    histogram.record(nanoseconds(std::numeric_limits<std::int64_t>::max()));  // so that max does not cap the answer
    const std::int64_t answer = histogram.quantile(0.5).count();
    EXPECT_GE(answer, value);
    EXPECT_LE(answer - value, value / 128) << value;
  }
}

TEST(Histogram, NoQuantileExceedsTheMaximum) {
  Histogram histogram;
  histogram.record(nanoseconds(1'000'001));
  EXPECT_EQ(histogram.quantile(0.5), nanoseconds(1'000'001));
  EXPECT_EQ(histogram.max(), nanoseconds(1'000'001));
}

TEST(Histogram, OneSlowRequestInAThousandShowsInTheLastQuantileOnly) {
  Histogram histogram;
  for (int i = 0; i < 999; ++i) histogram.record(nanoseconds(100));
  histogram.record(std::chrono::seconds(2));
  EXPECT_EQ(histogram.quantile(0.999), nanoseconds(100));
  EXPECT_EQ(histogram.quantile(0.9999), nanoseconds(std::chrono::seconds(2)));
}

TEST(Histogram, NegativeCountsAsZero) {
  Histogram histogram;
  histogram.record(nanoseconds(-5));
  EXPECT_EQ(histogram.quantile(1), nanoseconds(0));
  EXPECT_EQ(histogram.count(), 1U);
}

}  // namespace
}  // namespace everynode::support
