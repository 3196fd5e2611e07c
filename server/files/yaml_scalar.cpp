#include "yaml_scalar.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "everynode/codec/base64.hpp"
#include "everynode/codec/json_text.hpp"
#include "utf8.hpp"
#include "yaml_number.hpp"

namespace everynode::files {
namespace {

constexpr std::string_view tag_prefix = "tag:yaml.org,2002:";

/// What a text looks like, whatever its tag asks for.
enum class ScalarType { null, truth, integer, real, date, text };

struct Seen {
  ScalarType type = ScalarType::text;
  Scalar value;
};

bool is_one_of(std::string_view text, const auto& words) {
  return std::ranges::find(words, text) != std::end(words);
}

bool is_null(std::string_view text) {
  constexpr std::array<std::string_view, 5> words{"", "~", "null", "Null", "NULL"};
  return is_one_of(text, words);
}

std::optional<bool> as_truth(std::string_view text) {
  constexpr std::array<std::string_view, 11> yes{"y",    "Y",    "yes", "Yes", "YES", "true",
                                                 "True", "TRUE", "on",  "On",  "ON"};
  constexpr std::array<std::string_view, 11> no{"n",     "N",     "no",  "No",  "NO", "false",
                                                "False", "FALSE", "off", "Off", "OFF"};
  if (is_one_of(text, yes)) return true;
  return is_one_of(text, no) ? std::optional(false) : std::nullopt;
}

/// Infinity and "not a number", which are words.
std::optional<double> as_special(std::string_view text) {
  constexpr std::array<std::string_view, 6> infinite{".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"};
  constexpr std::array<std::string_view, 3> negative{"-.inf", "-.Inf", "-.INF"};
  constexpr std::array<std::string_view, 3> nan{".nan", ".NaN", ".NAN"};
  if (is_one_of(text, infinite)) return std::numeric_limits<double>::infinity();
  if (is_one_of(text, negative)) return -std::numeric_limits<double>::infinity();
  return is_one_of(text, nan) ? std::optional(std::numeric_limits<double>::quiet_NaN()) : std::nullopt;
}

/// An integer in base two behind "0b". The reader accepts a sign there too ("0b-1").
Integer binary_with_sign(std::string_view plain) {
  if (!plain.starts_with("0b") || plain.size() < 4) return {};
  const std::string_view sign = plain.substr(2, 1);
  if (sign != "-" && sign != "+") return {};
  return parse_integer(std::string(sign) + "0b" + std::string(plain.substr(3)));
}

Seen number(const Integer& integer) {
  if (const auto* value = std::get_if<std::int64_t>(&integer)) return {.type = ScalarType::integer, .value = *value};
  return {.type = ScalarType::integer, .value = std::get<std::uint64_t>(integer)};
}

bool is_number(const Integer& integer) {
  return !std::holds_alternative<std::monostate>(integer);
}

/// Resolves a text that begins with a digit or a sign. Underscores may stand anywhere behind that.
Seen resolve_number(const std::string& text, bool dates) {
  if (dates && is_timestamp(text)) return {.type = ScalarType::date, .value = text};
  std::string plain = text;
  std::erase(plain, '_');
  if (const Integer integer = parse_integer(plain); is_number(integer)) return number(integer);
  if (const auto real = parse_float(plain)) return {.type = ScalarType::real, .value = *real};
  if (const Integer integer = binary_with_sign(plain); is_number(integer)) return number(integer);
  return {.type = ScalarType::text, .value = text};
}

/// `dates`: the text may be a date.
Seen see(const std::string& text, bool dates) {
  if (is_null(text)) return {.type = ScalarType::null, .value = {}};
  if (const auto truth = as_truth(text)) return {.type = ScalarType::truth, .value = *truth};
  if (const auto special = as_special(text)) return {.type = ScalarType::real, .value = *special};
  const char first = text.front();
  if (first == '.') {
    const auto plain = without_underscores(text);
    const auto real = plain ? parse_float(*plain) : std::nullopt;
    if (real) return {.type = ScalarType::real, .value = *real};
  }
  const bool numeric = (first >= '0' && first <= '9') || first == '+' || first == '-';
  return numeric ? resolve_number(text, dates) : Seen{.type = ScalarType::text, .value = text};
}

std::string_view name_of(ScalarType type) {
  constexpr std::array<std::string_view, 6> names{"null", "bool", "int", "float", "timestamp", "str"};
  return names[static_cast<std::size_t>(type)];
}

std::expected<Scalar, std::string> as_binary(const std::string& text) {
  auto bytes = codec::decode_base64(text);
  if (!bytes) return std::unexpected("the value of !!binary is no base64");
  return as_utf8(std::move(*bytes));
}

/// `wanted` is the tag without the prefix that all known tags share.
std::expected<Scalar, std::string> as_tagged(std::string_view wanted, const std::string& text) {
  constexpr std::array<std::string_view, 5> known{"null", "bool", "int", "float", "timestamp"};
  if (wanted == "binary") return as_binary(text);
  if (!is_one_of(wanted, known)) return text;  // also !!str, and tags that we do not know
  Seen seen = see(text, wanted == "timestamp");
  if (name_of(seen.type) == wanted) return std::move(seen.value);
  const auto* integer = std::get_if<std::int64_t>(&seen.value);
  if (wanted == "float" && integer != nullptr) return static_cast<double>(*integer);
  return std::unexpected("\"" + std::string(codec::clipped(text)) + "\" is no !!" + std::string(wanted) +
                         "; it reads as !!" + std::string(name_of(seen.type)));
}

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

}  // namespace

std::expected<Scalar, std::string> resolve(std::string_view tag, const std::string& text, bool plain) {
  if (tag.empty() && !plain) return text;
  if (tag.empty()) return std::move(see(text, false).value);
  return tag.starts_with(tag_prefix) ? as_tagged(tag.substr(tag_prefix.size()), text) : Scalar(text);
}

std::optional<std::string> to_json(const Scalar& scalar) {
  using Result = std::optional<std::string>;
  return std::visit(Overloaded{
                        [](std::monostate) { return Result("null"); },
                        [](bool value) { return Result(value ? "true" : "false"); },
                        [](double value) { return std::isfinite(value) ? Result(shortest_json(value)) : Result(); },
                        [](const std::string& text) {
                          std::string quoted;
                          codec::append_quoted(quoted, text);
                          return Result(std::move(quoted));
                        },
                        [](auto integer) { return Result(std::to_string(integer)); },
                    },
                    scalar);
}

std::optional<std::string> to_key(const Scalar& scalar) {
  using Result = std::optional<std::string>;
  return std::visit(Overloaded{
                        [](std::monostate) { return Result(); },
                        [](bool value) { return Result(value ? "true" : "false"); },
                        [](std::int64_t value) { return Result(std::to_string(value)); },
                        [](std::uint64_t) { return Result(); },
                        [](double value) { return Result(shortest_key(value)); },
                        [](const std::string& text) { return Result(text); },
                    },
                    scalar);
}

}  // namespace everynode::files
