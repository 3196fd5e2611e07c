/// What a scalar of YAML is worth, by the rules of the reader that kubectl has (sigs.k8s.io/yaml v1.6.0, whose resolver
/// is that of go.yaml.in/yaml/v2): YAML 1.1, with octal numbers as Go writes them and without numbers to the base of
/// sixty.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace everynode::files {

/// null, a truth value, an integer, one that only fits without a sign, a number with a fraction or exponent, a text.
using Scalar = std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string>;

inline constexpr std::string_view string_tag = "tag:yaml.org,2002:str";
inline constexpr std::string_view merge_tag = "tag:yaml.org,2002:merge";

/// The value of `text`, which has this tag (empty: none). `plain`: without quotes and without a tag; then the text
/// alone says what it is. Errors say what the tag wants, and have no place.
[[nodiscard]] std::expected<Scalar, std::string> resolve(std::string_view tag, const std::string& text, bool plain);

/// As JSON. nullopt for what JSON does not have: infinity and "not a number".
[[nodiscard]] std::optional<std::string> to_json(const Scalar& scalar);

/// As the key of a JSON object. nullopt for what kubectl refuses as a key: null, and integers above 2^63-1.
[[nodiscard]] std::optional<std::string> to_key(const Scalar& scalar);

}  // namespace everynode::files
