/// JSON values one after the other, as `kubectl get -o json` prints them when it is called twice.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "everynode/files/yaml.hpp"

namespace everynode::files {

/// The objects and arrays of a text that has nothing but these, white space and lines `---` between them. nullopt if
/// the text is different: it may be YAML.
[[nodiscard]] std::optional<std::vector<Document>> as_json_stream(const std::string& text);

/// What is wrong with a text that should be such a stream. nullopt if it does not begin like JSON at all: with a
/// bracket, or with a brace and a quote.
[[nodiscard]] std::optional<codec::Mistake> json_mistake(const std::string& text);

}  // namespace everynode::files
