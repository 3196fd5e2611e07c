/// The value of a YAML scalar, by the rules of kubectl's reader (sigs.k8s.io/yaml v1.6.0, with the resolver of
/// go.yaml.in/yaml/v2): YAML 1.1, with octal numbers as Go writes them and without numbers to the base of sixty.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace everynode::files {

/// null, bool, an integer, an integer that fits only without a sign, a number with a fraction or exponent, a text.
using Scalar = std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string>;

inline constexpr std::string_view string_tag = "tag:yaml.org,2002:str";
inline constexpr std::string_view merge_tag = "tag:yaml.org,2002:merge";

/// The value of `text` with this tag (empty: none). `plain`: the scalar has no quotes and no tag, so the text alone
/// decides its type. Errors say what the tag asks for, and have no place.
[[nodiscard]] std::expected<Scalar, std::string> resolve(std::string_view tag, const std::string& text, bool plain);

/// The scalar as JSON. nullopt for what JSON lacks: infinity and "not a number".
[[nodiscard]] std::optional<std::string> to_json(const Scalar& scalar);

/// The scalar as the key of a JSON object. nullopt for keys that kubectl refuses: null, and integers above 2^63-1.
[[nodiscard]] std::optional<std::string> to_key(const Scalar& scalar);

}  // namespace everynode::files
