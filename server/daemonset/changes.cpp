#include "everynode/daemonset/changes.hpp"

#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

#include "everynode/codec/json_text.hpp"

namespace everynode::daemonset {
namespace {

/// What a line says of a value, at most.
constexpr std::size_t longest_value = 300;

/// What the server adds to any object.
void remove_bookkeeping(nlohmann::json& object) {
  object.erase("status");
  constexpr std::array<const char*, 7> names{"namespace",  "uid",           "resourceVersion", "creationTimestamp",
                                             "generation", "managedFields", "selfLink"};
  if (const auto metadata = object.find("metadata"); metadata != object.end() && metadata->is_object()) {
    for (const char* const name : names) metadata->erase(name);
  }
}

std::string to_line(const nlohmann::json& operation) {
  const std::string what = operation.at("op").get<std::string>() + " " + operation.at("path").get<std::string>();
  if (!operation.contains("value")) return what;
  const std::string value = operation.at("value").dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  const bool fits = value.size() <= longest_value;
  return what + " " + std::string(codec::clipped(value, longest_value)) + (fits ? "" : "...");
}

}  // namespace

std::expected<std::vector<std::string>, codec::Mistake> changes_of(const std::string& asked,
                                                                   const std::string& answered) {
  nlohmann::json before = nlohmann::json::parse(asked, nullptr, false);
  nlohmann::json after = nlohmann::json::parse(answered, nullptr, false);
  if (!before.is_object() || !after.is_object()) return codec::mistake("expected a JSON object");
  remove_bookkeeping(before);
  remove_bookkeeping(after);
  std::vector<std::string> lines;
  for (const nlohmann::json& operation : nlohmann::json::diff(before, after)) lines.push_back(to_line(operation));
  return lines;
}

}  // namespace everynode::daemonset
