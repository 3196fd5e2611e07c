#include "everynode/core/time.hpp"

#include <gtest/gtest.h>

namespace everynode::core {
namespace {

using std::chrono::sys_days;
using namespace std::chrono_literals;

/// The time as microseconds would be written; "none" if it is no time.
std::string read(std::string_view text) {
  const auto time = parse_time(text);
  return time ? to_rfc3339_micro(*time) : "none";
}

TEST(Time, IsReadWithFractionAndOffset) {
  const std::vector<std::pair<std::string_view, std::string_view>> cases{
      {"2026-11-24T10:50:04Z", "2026-11-24T10:50:04.000000Z"},
      {"2026-11-24T10:50:04.25Z", "2026-11-24T10:50:04.250000Z"},
      {"2026-11-24T10:50:04.123456789Z", "2026-11-24T10:50:04.123456Z"},
      {"2026-11-24T10:50:04+01:30", "2026-11-24T09:20:04.000000Z"},
      {"2026-01-01T00:00:00-00:30", "2026-01-01T00:30:00.000000Z"},
      {"2024-02-29T23:59:59Z", "2024-02-29T23:59:59.000000Z"},
      {"1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500000Z"},
  };
  for (const auto& [text, time] : cases) EXPECT_EQ(read(text), time) << text;
}

TEST(Time, IsRefusedIfItIsNone) {
  for (const auto* text :
       {"", "2026-11-24", "2026-11-24T10:50:04", "2026-11-24 10:50:04Z", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z",
        "2026-11-24T24:00:00Z", "2026-11-24T10:60:00Z", "2026-11-24T10:50:04.Z", "2026-11-24T10:50:04.1234567890Z",
        "2026-11-24T10:50:04Zx", "2026-11-24T10:50:04+1:00", "2026-11-24T10:50:04+24:00", "-026-11-24T10:50:04Z",
        "2026-11-24T10:50:-4Z", "2026-11-24T10:50:04.-5Z"}) {
    EXPECT_EQ(read(text), "none") << text;
  }
}

TEST(Time, IsWrittenInWholeSecondsToo) {
  EXPECT_EQ(to_rfc3339(sys_days(std::chrono::year(2026) / 1 / 2) + 3h + 4min + 5s), "2026-01-02T03:04:05Z");
  EXPECT_EQ(to_rfc3339_micro(sys_days(std::chrono::year(2026) / 1 / 2) + 7us), "2026-01-02T00:00:00.000007Z");
}

}  // namespace
}  // namespace everynode::core
