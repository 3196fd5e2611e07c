#include "everynode/core/time.hpp"

#include <algorithm>
#include <cstdint>

namespace everynode::core {
namespace {

using std::chrono::microseconds;

/// Takes what it reads from the front of a text; after the first mistake it takes nothing more.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  unsigned digits(std::size_t count) {
    unsigned value = 0;
    for (std::size_t i = 0; i < count; ++i) value = value * 10 + digit();
    return value;
  }

  /// Takes one of the characters and returns it; 0 if none is there.
  char one_of(std::string_view characters) {
    if (rest_.empty() || !characters.contains(rest_.front())) {
      fail();
      return 0;
    }
    const char taken = rest_.front();
    rest_.remove_prefix(1);
    return taken;
  }

  [[nodiscard]] bool at(char c) const { return rest_.starts_with(c); }
  [[nodiscard]] bool at_digit() const { return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; }
  [[nodiscard]] bool finished() const { return ok_ && rest_.empty(); }

 private:
  unsigned digit() { return static_cast<unsigned>(std::max<int>(one_of("0123456789"), '0') - '0'); }
  void fail() {
    ok_ = false;
    rest_ = {};
  }

  std::string_view rest_;
  bool ok_ = true;
};

microseconds fraction(Scanner& scanner) {
  if (!scanner.at('.')) return microseconds{0};
  scanner.one_of(".");
  std::int64_t value = scanner.digits(1);
  std::int64_t unit = 100'000;
  value *= unit;
  while (scanner.at_digit()) {
    unit /= 10;
    value += unit * static_cast<std::int64_t>(scanner.digits(1));
  }
  return microseconds{value};
}

/// How far the local time is ahead of UTC.
std::optional<std::chrono::minutes> offset(Scanner& scanner) {
  const char sign = scanner.one_of("Zz+-");
  if (sign != '+' && sign != '-') return std::chrono::minutes{0};
  const unsigned hours = scanner.digits(2);
  scanner.one_of(":");
  const unsigned minutes = scanner.digits(2);
  if (hours > 23 || minutes > 59) return std::nullopt;
  const std::chrono::minutes ahead{static_cast<int>(hours * 60 + minutes)};
  return sign == '+' ? ahead : -ahead;
}

void append_padded(std::string& out, std::int64_t value, std::size_t width) {
  const std::string digits = std::to_string(value);
  out.append(width - std::min(width, digits.size()), '0').append(digits);
}

/// "2026-01-02T03:04:05".
std::string whole_seconds(std::chrono::sys_seconds time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  std::string text;
  append_padded(text, static_cast<int>(date.year()), 4);
  append_padded(text += '-', static_cast<unsigned>(date.month()), 2);
  append_padded(text += '-', static_cast<unsigned>(date.day()), 2);
  append_padded(text += 'T', clock.hours().count(), 2);
  append_padded(text += ':', clock.minutes().count(), 2);
  append_padded(text += ':', clock.seconds().count(), 2);
  return text;
}

}  // namespace

std::optional<std::chrono::sys_time<microseconds>> parse_time(std::string_view text) {
  Scanner scanner(text);
  const std::chrono::year year(static_cast<int>(scanner.digits(4)));
  scanner.one_of("-");
  const std::chrono::month month(scanner.digits(2));
  scanner.one_of("-");
  const std::chrono::day day(scanner.digits(2));
  scanner.one_of("Tt");
  const unsigned hours = scanner.digits(2);
  scanner.one_of(":");
  const unsigned minutes = scanner.digits(2);
  scanner.one_of(":");
  const unsigned seconds = scanner.digits(2);
  const microseconds part = fraction(scanner);
  const auto ahead = offset(scanner);
  const std::chrono::year_month_day date = year / month / day;
  if (!scanner.finished() || !ahead || !date.ok() || hours > 23 || minutes > 59 || seconds > 60) return std::nullopt;
  const auto local = std::chrono::sys_days(date) + std::chrono::hours(hours) + std::chrono::minutes(minutes) +
                     std::chrono::seconds(seconds) + part;
  return local - *ahead;
}

std::string to_rfc3339(std::chrono::sys_seconds time) {
  return whole_seconds(time) + 'Z';
}

std::string to_rfc3339_micro(std::chrono::sys_time<microseconds> time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  std::string text = whole_seconds(seconds) + '.';
  append_padded(text, (time - seconds).count(), 6);
  return text + 'Z';
}

}  // namespace everynode::core
