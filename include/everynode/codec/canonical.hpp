/// The byte form in which Kubernetes compares JSON: what Go's encoding/json writes for a map.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "everynode/codec/mistake.hpp"

namespace everynode::codec {

/// The same JSON with the keys of each object sorted bytewise, without white space, numbers unchanged, and `<`, `>`,
/// `&`, U+2028 and U+2029 escaped in texts (requirement 9.1). Of a duplicate key the last value counts. Errors say what
/// is wrong with the text, or that it nests deeper than 128 levels.
[[nodiscard]] std::expected<std::string, Mistake> canonical_json(std::string_view text);

/// Appends a text as Go's encoding/json quotes it.
void append_canonical_string(std::string& out, std::string_view text);

}  // namespace everynode::codec
