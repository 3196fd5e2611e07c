#include "everynode/overlay/quantity.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <expected>
#include <limits>
#include <utility>

#include "everynode/objects/decode.hpp"

namespace everynode::overlay {
namespace {

using Nanos = Quantity::Nanos;

constexpr int nano_digits = 9;

constexpr Nanos one = 1'000'000'000;

constexpr Nanos largest = one * std::numeric_limits<std::int64_t>::max();

struct Suffix {
  std::string_view text;
  int power;  ///< of 2 or of 10
  Suffixes suffixes;
};

constexpr std::array<Suffix, 16> known{{{"n", -9, Suffixes::decimal},
                                        {"u", -6, Suffixes::decimal},
                                        {"m", -3, Suffixes::decimal},
                                        {"", 0, Suffixes::decimal},
                                        {"k", 3, Suffixes::decimal},
                                        {"M", 6, Suffixes::decimal},
                                        {"G", 9, Suffixes::decimal},
                                        {"T", 12, Suffixes::decimal},
                                        {"P", 15, Suffixes::decimal},
                                        {"E", 18, Suffixes::decimal},
                                        {"Ki", 10, Suffixes::binary},
                                        {"Mi", 20, Suffixes::binary},
                                        {"Gi", 30, Suffixes::binary},
                                        {"Ti", 40, Suffixes::binary},
                                        {"Pi", 50, Suffixes::binary},
                                        {"Ei", 60, Suffixes::binary}}};

std::optional<Suffix> suffix_of(std::string_view text) {
  const auto* const found = std::ranges::find(known, text, &Suffix::text);
  if (found != known.end()) return *found;
  if (text.size() < 2 || (text.front() != 'e' && text.front() != 'E')) return std::nullopt;
  const bool positive = text[1] == '+';
  text.remove_prefix(positive ? 2 : 1);
  Suffix exponent{.text = {}, .power = 0, .suffixes = Suffixes::exponent};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), exponent.power);
  constexpr int most = 1000;  // far beyond what we can hold
  const bool valid = error == std::errc() && end == text.data() + text.size() && std::abs(exponent.power) <= most &&
                     !(positive && exponent.power < 0);
  return valid ? std::optional(exponent) : std::nullopt;
}

std::string_view suffix_for(int power, Suffixes suffixes) {
  const auto* const found = std::ranges::find_if(
      known, [&](const Suffix& suffix) { return suffix.power == power && suffix.suffixes == suffixes; });
  return found != known.end() ? found->text : "";
}

std::optional<Nanos> within(Nanos nanos) {
  return nanos <= largest && nanos >= -largest ? std::optional(nanos) : std::nullopt;
}

std::optional<Nanos> product(Nanos a, Nanos b) {
  Nanos result = 0;
  return __builtin_mul_overflow(a, b, &result) ? std::nullopt : std::optional(result);
}

/// Rounded away from zero.
constexpr Nanos quotient(Nanos a, Nanos b) {
  const Nanos whole = a / b;
  if (a % b == 0) return whole;
  return a > 0 ? whole + 1 : whole - 1;
}

/// value * 10^power, rounded away from zero.
std::optional<Nanos> scaled(Nanos value, int power) {
  for (; power > 0 && value != 0; --power) {
    const auto next = product(value, 10);
    if (!next) return std::nullopt;
    value = *next;
  }
  Nanos divisor = 1;
  constexpr int most = 38;  // 10^38 is more than any value
  for (int digit = std::min(-power, most); digit > 0; --digit) divisor *= 10;
  return quotient(value, divisor);
}

/// The digits of a number, without its point, sign and suffix.
struct Digits {
  Nanos value = 0;
  std::size_t count = 0;
  int after_point = 0;
  bool too_many = false;  ///< more than we can hold; `value` is wrong then
  std::string_view rest;  ///< what follows
};

std::optional<Digits> digits_of(std::string_view text) {
  Digits digits;
  bool point = false;
  for (; !text.empty(); text.remove_prefix(1)) {
    const char c = text.front();
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    if (c < '0' || c > '9') break;
    ++digits.count;
    digits.too_many = digits.too_many || digits.value > largest / 10;
    if (digits.too_many) continue;
    digits.value = digits.value * 10 + (c - '0');
    if (point) ++digits.after_point;
  }
  digits.rest = text;
  return digits.count > 0 ? std::optional(digits) : std::nullopt;
}

std::string text_of(Nanos number) {
  std::string digits;
  Nanos rest = number < 0 ? -number : number;
  do digits += static_cast<char>('0' + static_cast<int>(rest % 10));
  while ((rest /= 10) != 0);
  if (number < 0) digits += '-';
  std::ranges::reverse(digits);
  return digits;
}

std::string decimal_text(Nanos nanos, Suffixes suffixes) {
  constexpr int largest_power = 18;
  int power = -nano_digits;
  for (; nanos % 10 == 0; ++power) nanos /= 10;
  for (; power % 3 != 0 || (suffixes == Suffixes::decimal && power > largest_power); --power) nanos *= 10;
  if (suffixes == Suffixes::decimal) return text_of(nanos) + std::string(suffix_for(power, suffixes));
  return text_of(nanos) + (power == 0 ? "" : "e" + std::to_string(power));
}

/// Why a text was not read.
enum class Unread : std::uint8_t { no_quantity, too_large };

std::expected<Quantity, Unread> parse(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const auto digits = digits_of(text);
  if (!digits) return std::unexpected(Unread::no_quantity);
  const auto suffix = suffix_of(digits->rest);
  if (!suffix) return std::unexpected(Unread::no_quantity);
  if (digits->too_many) return std::unexpected(Unread::too_large);
  const bool binary = suffix->suffixes == Suffixes::binary;
  const auto value = product(digits->value, binary ? Nanos{1} << suffix->power : 1);
  if (!value) return std::unexpected(Unread::too_large);
  const auto nanos = scaled(*value, nano_digits - digits->after_point + (binary ? 0 : suffix->power));
  if (!nanos || !within(*nanos)) return std::unexpected(Unread::too_large);
  return Quantity(negative ? -*nanos : *nanos, suffix->suffixes);
}

}  // namespace

std::optional<Quantity> parse_quantity(std::string_view text) {
  const auto quantity = parse(text);
  return quantity ? std::optional(*quantity) : std::nullopt;
}

std::string_view problem_with_quantity(std::string_view text) {
  const auto quantity = parse(text);
  if (quantity) return {};
  return quantity.error() == Unread::too_large ? "the quantity is too large: beyond 2^63-1, or of more than 27 digits"
                                               : "expected a quantity such as 100m, 2 or 64Mi";
}

std::string to_text(const Quantity& quantity) {
  constexpr Nanos kilo = 1024;
  constexpr int steps = 6;  // to Ei
  if (quantity.nanos() == 0) return "0";
  const Nanos size = quantity.nanos() < 0 ? -quantity.nanos() : quantity.nanos();
  const bool whole = size % one == 0 && size >= kilo * one;
  if (quantity.suffixes() != Suffixes::binary) return decimal_text(quantity.nanos(), quantity.suffixes());
  if (!whole) return decimal_text(quantity.nanos(), Suffixes::decimal);
  Nanos number = quantity.nanos() / one;
  int step = 0;
  for (; step < steps && number % kilo == 0; ++step) number /= kilo;
  return text_of(number) + (step == 0 ? "" : std::string(suffix_for(step * 10, Suffixes::binary)));
}

std::optional<Quantity> sum(const Quantity& a, const Quantity& b) {
  const auto nanos = within(a.nanos() + b.nanos());
  return nanos ? std::optional(Quantity(*nanos, a.suffixes())) : std::nullopt;
}

std::optional<Quantity> fraction(const Quantity& of, Nanos numerator, Nanos denominator) {
  const auto whole = product(of.nanos(), numerator);
  const auto nanos = whole ? within(quotient(*whole, denominator)) : std::nullopt;
  return nanos ? std::optional(Quantity(*nanos, of.suffixes())) : std::nullopt;
}

std::optional<Quantity> rounded_up(const Quantity& quantity, Nanos unit) {
  const Nanos rest = quantity.nanos() % unit;
  const auto nanos = within(quantity.nanos() - rest + (rest > 0 ? unit : 0));
  return nanos ? std::optional(Quantity(*nanos, quantity.suffixes())) : std::nullopt;
}

void read(codec::JsonValue value, Quantity& out) {
  objects::AmountText amount;
  objects::read(value, amount);
  if (!value.reader.ok()) return;
  const auto quantity = parse_quantity(amount.text);
  if (!quantity) return value.fail(problem_with_quantity(amount.text));
  out = *quantity;
}

}  // namespace everynode::overlay
