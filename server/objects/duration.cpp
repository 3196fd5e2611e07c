#include <array>
#include <charconv>
#include <utility>

#include "everynode/objects/rollout_policy.hpp"

namespace everynode::objects {
namespace {

using std::chrono::milliseconds;

/// "ms" before "m", which it begins with.
constexpr std::array<std::pair<std::string_view, milliseconds>, 4> units{{{"ms", milliseconds(1)},
                                                                          {"h", std::chrono::hours(1)},
                                                                          {"m", std::chrono::minutes(1)},
                                                                          {"s", std::chrono::seconds(1)}}};

/// Takes a number and a unit off the text; nullopt: it does not begin with them.
std::optional<milliseconds> take_part(std::string_view& text) {
  constexpr std::ptrdiff_t most_digits = 5;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::ptrdiff_t digits = end - text.data();
  if (error != std::errc{} || text.front() == '-' || digits > most_digits) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(digits));
  for (const auto& [name, unit] : units) {
    if (!text.starts_with(name)) continue;
    text.remove_prefix(name.size());
    return number * unit;
  }
  return std::nullopt;
}

}  // namespace

std::optional<milliseconds> parse_duration(std::string_view text) {
  constexpr int most_parts = 4;
  milliseconds sum{0};
  int parts = 0;
  do {
    const auto part = take_part(text);
    if (!part || ++parts > most_parts) return std::nullopt;
    sum += *part;
  } while (!text.empty());
  return sum;
}

std::optional<std::chrono::minutes> parse_time_of_day(std::string_view text) {
  const auto digit = [&](std::size_t index) { return text[index] - '0'; };
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  for (const std::size_t index : {0U, 1U, 3U, 4U}) {
    if (digit(index) < 0 || digit(index) > 9) return std::nullopt;
  }
  const std::chrono::minutes minutes(digit(3) * 10 + digit(4));
  const std::chrono::minutes time = std::chrono::hours(digit(0) * 10 + digit(1)) + minutes;
  if (minutes >= std::chrono::hours(1) || time > std::chrono::days(1)) return std::nullopt;
  return time;
}

}  // namespace everynode::objects
