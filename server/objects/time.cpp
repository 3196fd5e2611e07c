#include "everynode/objects/time.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>

namespace everynode::objects {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;

/// Removes exactly `width` digits from the front of a text.
bool take(std::string_view& text, std::size_t width, int& out) {
  if (text.size() < width) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + width, out);
  if (error != std::errc{} || end != text.data() + width || text.front() == '-') return false;
  text.remove_prefix(width);
  return true;
}

bool take(std::string_view& text, char wanted) {
  if (text.empty() || text.front() != wanted) return false;
  text.remove_prefix(1);
  return true;
}

/// ".25" -> 250,000 microseconds; an empty text means no fraction.
bool take_fraction(std::string_view& text, microseconds& out) {
  if (!take(text, '.')) return true;
  std::int64_t value = 0;
  std::size_t digits = 0;
  for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
    if (digits < 6) value = value * 10 + (text[digits] - '0');
  }
  if (digits == 0 || digits > 9) return false;
  for (std::size_t i = digits; i < 6; ++i) value *= 10;
  text.remove_prefix(digits);
  out = microseconds(value);
  return true;
}

bool take_offset(std::string_view& text, minutes& out) {
  if (take(text, 'Z') || take(text, 'z')) return true;
  const bool west = !text.empty() && text.front() == '-';
  if (!west && (text.empty() || text.front() != '+')) return false;
  text.remove_prefix(1);
  int hour = 0;
  int minute = 0;
  if (!take(text, 2, hour) || !take(text, ':') || !take(text, 2, minute) || hour > 23 || minute > 59) return false;
  out = (hours(hour) + minutes(minute)) * (west ? -1 : 1);
  return true;
}

}  // namespace

std::optional<Time> parse_time(std::string_view text) {
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  microseconds fraction{};
  minutes offset{};
  const bool well_formed = take(text, 4, year) && take(text, '-') && take(text, 2, month) && take(text, '-') &&
                           take(text, 2, day) && (take(text, 'T') || take(text, 't')) && take(text, 2, hour) &&
                           take(text, ':') && take(text, 2, minute) && take(text, ':') && take(text, 2, second) &&
                           take_fraction(text, fraction) && take_offset(text, offset) && text.empty();
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!well_formed || !date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return std::chrono::sys_days(date) + hours(hour) + minutes(minute) + seconds(second) + fraction - offset;
}

std::string to_rfc3339(std::chrono::sys_seconds time) {
  const auto day = std::chrono::floor<days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  std::array<char, 40> text;
  const int length = std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
      static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()));
  return {text.data(), static_cast<std::size_t>(length)};
}

std::string to_rfc3339_micro(Time time) {
  const auto whole = std::chrono::floor<seconds>(time);
  std::array<char, 16> fraction;
  const int length =
      std::snprintf(fraction.data(), fraction.size(), ".%06dZ", static_cast<int>((time - whole).count()));
  std::string text = to_rfc3339(whole);
  text.pop_back();
  return text.append(fraction.data(), static_cast<std::size_t>(length));
}

}  // namespace everynode::objects
