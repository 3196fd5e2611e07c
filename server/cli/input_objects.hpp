/// The objects in a text that a user gives.
#pragma once

#include <expected>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace everynode::cli {

struct InputObject {
  std::string json;
  nlohmann::ordered_json value;  ///< the same, with its members in order
  std::string place;             ///< "document 2 (line 14), items[3]: "; empty if the input is a single object
};

/// Its `kind`; empty if it has none.
[[nodiscard]] std::string kind_of(const nlohmann::ordered_json& object);

/// JSON or YAML, any number of documents, the items of Lists among them. Errors say where the text is wrong.
[[nodiscard]] std::expected<std::vector<InputObject>, std::string> objects_in(const std::string& input);

}  // namespace everynode::cli
