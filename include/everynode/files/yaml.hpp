/// YAML as JSON, the way Kubernetes' own tools read it.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace everynode::files {

/// The first document of `text`, as JSON text. Plain scalars become null, booleans and numbers by YAML 1.2's core
/// schema; quoted ones stay strings. Errors name line and column. Aliases may not blow the document up beyond 100,000
/// values, nor nesting beyond 64 levels.
[[nodiscard]] std::expected<std::string, std::string> yaml_to_json(const std::string& text);

/// `text` as JSON text: itself if it begins like a JSON object or array, else read as YAML.
[[nodiscard]] std::expected<std::string, std::string> as_json(std::string text);

}  // namespace everynode::files
