#include "yaml_number.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdlib>

namespace everynode::files {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Removes digits from the front and returns how many there were.
std::size_t skip_digits(std::string_view& text) {
  std::size_t count = 0;
  while (count < text.size() && is_digit(text[count])) ++count;
  text.remove_prefix(count);
  return count;
}

bool skip(std::string_view& text, std::string_view any_of) {
  if (text.empty() || !any_of.contains(text.front())) return false;
  text.remove_prefix(1);
  return true;
}

bool is_float(std::string_view text) {
  skip(text, "+-");
  const std::size_t whole = skip_digits(text);
  const bool fraction = skip(text, ".") && skip_digits(text) > 0;
  if (whole == 0 && !fraction) return false;
  if (skip(text, "eE")) {
    skip(text, "+-");
    if (skip_digits(text) == 0) return false;
  }
  return text.empty();
}

/// Removes the prefix of a base from the front.
int take_base(std::string_view& text) {
  constexpr int decimal = 10;
  if (text.size() < 2 || text[0] != '0') return decimal;
  const char mark = text[1];
  const int marked = mark == 'x' || mark == 'X'   ? 16
                     : mark == 'o' || mark == 'O' ? 8
                     : mark == 'b' || mark == 'B' ? 2
                                                  : 0;
  text.remove_prefix(marked == 0 ? 1 : 2);
  return marked == 0 ? 8 : marked;
}

/// A number of one or two digits, as Go's time.Parse reads a field whose layout is one digit.
std::optional<unsigned> take_number(std::string_view& text, unsigned most) {
  unsigned value = 0;
  std::size_t count = 0;
  for (; count < 2 && count < text.size() && is_digit(text[count]); ++count)
    value = value * 10 + static_cast<unsigned>(text[count] - '0');
  text.remove_prefix(count);
  return count == 0 || value > most ? std::nullopt : std::optional(value);
}

bool skip_date(std::string_view& text) {
  int year = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), year);
  if (error != std::errc() || end != text.data() + 4 || !is_digit(text.front())) return false;
  text.remove_prefix(4);
  if (!skip(text, "-")) return false;
  const auto month = take_number(text, 12);
  if (!month || !skip(text, "-")) return false;
  const auto day = take_number(text, 31);
  return day && (std::chrono::year(year) / static_cast<int>(*month) / static_cast<int>(*day)).ok();
}

bool skip_clock(std::string_view& text) {
  if (!take_number(text, 23) || !skip(text, ":") || !take_number(text, 59) || !skip(text, ":")) return false;
  if (!take_number(text, 59)) return false;
  return !skip(text, ".,") || skip_digits(text) > 0;
}

/// YYYY-MM-DD, or YYYY-M-D and the beginning of a time; no calendar is asked.
bool begins_like_date(std::string_view text) {
  if (skip_digits(text) != 4) return false;
  for (int field = 0; field < 2; ++field) {
    if (!skip(text, "-")) return false;
    const std::size_t digits = skip_digits(text);
    if (digits < 1 || digits > 2) return false;
  }
  return text.empty() || (text.size() > 1 && std::string_view("Tt \t").contains(text.front()));
}

/// [-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?
bool is_base_60(std::string_view text) {
  const auto skip_digits_and_underscores = [&text] {
    while (skip(text, "0123456789_")) continue;
  };
  skip(text, "+-");
  if (text.empty() || !is_digit(text.front())) return false;
  skip_digits_and_underscores();
  bool places = false;
  for (; skip(text, ":"); places = true) {
    const std::string_view place = text;
    const std::size_t digits = skip_digits(text);
    if (digits < 1 || digits > 2 || (digits == 2 && place.front() > '5')) return false;
  }
  if (places && skip(text, ".")) skip_digits_and_underscores();
  return places && text.empty();
}

/// Z, or an offset with two digits each.
bool is_zone(std::string_view text) {
  if (text == "Z") return true;
  if (text.size() != 6 || !skip(text, "+-")) return false;
  const std::string_view minutes = text.substr(3);
  return text[2] == ':' && is_digit(text[0]) && is_digit(text[1]) && is_digit(minutes[0]) && is_digit(minutes[1]) &&
         text.substr(0, 2) <= "24" && minutes <= "59";
}

/// The shortest digits of a finite number other than zero, and the place of the point: 0.DIGITS * 10^point.
struct Digits {
  bool negative = false;
  std::string digits;
  int point = 0;
};

template <class Real>
Digits shortest(Real value) {
  std::array<char, 32> text{};  // more than enough, with zeros behind the number
  std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific);
  Digits out{.negative = std::signbit(value), .digits = {}, .point = 0};
  const char* c = text.data() + (out.negative ? 1 : 0);
  for (; *c != 'e'; ++c) {
    if (*c != '.') out.digits += *c;
  }
  out.point = std::atoi(c + 1) + 1;
  return out;
}

std::string fixed(const Digits& number) {
  const std::string sign = number.negative ? "-" : "";
  const auto count = static_cast<int>(number.digits.size());
  if (number.point <= 0) return sign + "0." + std::string(static_cast<std::size_t>(-number.point), '0') + number.digits;
  if (number.point >= count)
    return sign + number.digits + std::string(static_cast<std::size_t>(number.point - count), '0');
  const auto whole = static_cast<std::size_t>(number.point);
  return sign + number.digits.substr(0, whole) + "." + number.digits.substr(whole);
}

/// `width`: the fewest digits of a negative exponent; a positive exponent has at least two.
std::string scientific(const Digits& number, std::size_t width) {
  const int exponent = number.point - 1;
  std::string power = std::to_string(std::abs(exponent));
  const std::size_t fewest = exponent < 0 ? width : 2;
  if (power.size() < fewest) power.insert(0, fewest - power.size(), '0');
  std::string text = (number.negative ? "-" : "") + number.digits.substr(0, 1);
  if (number.digits.size() > 1) text += "." + number.digits.substr(1);
  return text + (exponent < 0 ? "e-" : "e+") + power;
}

}  // namespace

Integer parse_integer(std::string_view text) {
  const bool negative = text.starts_with('-');
  const bool sign = negative || text.starts_with('+');
  if (sign) text.remove_prefix(1);
  const int base = take_base(text);
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value, base);
  if (error != std::errc() || at != end) return {};
  constexpr std::uint64_t most = std::uint64_t{1} << 63;
  if (negative) return value <= most ? Integer(static_cast<std::int64_t>(0 - value)) : Integer();
  if (value < most) return static_cast<std::int64_t>(value);
  return sign ? Integer() : Integer(value);
}

std::optional<std::string> without_underscores(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') {
      plain += text[i];
    } else if (i == 0 || i + 1 == text.size() || !is_digit(text[i - 1]) || !is_digit(text[i + 1])) {
      return std::nullopt;
    }
  }
  return plain;
}

std::optional<double> parse_float(const std::string& text) {
  if (!is_float(text)) return std::nullopt;
  const double value = std::strtod(text.c_str(), nullptr);
  return std::isinf(value) ? std::nullopt : std::optional(value);
}

bool is_timestamp(std::string_view text) {
  if (!skip_date(text)) return false;
  if (text.empty()) return true;
  const bool zoned = text.front() != ' ';
  if (!skip(text, "Tt ") || !skip_clock(text)) return false;
  return zoned ? is_zone(text) : text.empty();
}

bool is_date_or_base_60(std::string_view text) {
  return begins_like_date(text) || is_base_60(text);
}

std::string shortest_json(double value) {
  if (value == 0) return std::signbit(value) ? "-0" : "0";
  const Digits number = shortest(value);
  constexpr int smallest = -5;  // 1e-6
  constexpr int largest = 21;
  return number.point < smallest || number.point > largest ? scientific(number, 1) : fixed(number);
}

std::string shortest_key(double value) {
  const auto narrow = static_cast<float>(value);
  if (std::isnan(narrow)) return ".nan";
  if (std::isinf(narrow)) return narrow < 0 ? "-.inf" : ".inf";
  if (narrow == 0) return std::signbit(narrow) ? "-0" : "0";
  const Digits number = shortest(narrow);
  constexpr int smallest = -3;  // 1e-4
  constexpr int largest = 6;
  return number.point < smallest || number.point > largest ? scientific(number, 2) : fixed(number);
}

}  // namespace everynode::files
