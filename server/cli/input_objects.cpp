#include "input_objects.hpp"

#include <utility>

#include "everynode/files/yaml.hpp"

namespace everynode::cli {
namespace {

using Json = nlohmann::ordered_json;

bool is_list(const Json& object) {
  return kind_of(object).ends_with("List") && object.contains("items") && object["items"].is_array();
}

/// The items of an API server's PodList have no kind of their own.
Json typed_item(const Json& list, const Json& item) {
  const std::string kind = kind_of(list);
  if (!item.is_object() || item.contains("kind") || kind == "List") return item;
  Json typed{{"apiVersion", list.value("apiVersion", Json("v1"))}, {"kind", kind.substr(0, kind.size() - 4)}};
  typed.update(item);
  return typed;
}

/// Adds the object, or the items of a List.
void add(InputObject object, std::vector<InputObject>& objects) {
  if (!is_list(object.value)) return objects.push_back(std::move(object));
  const std::string before = object.place.empty() ? "" : object.place.substr(0, object.place.size() - 2) + ", ";
  const Json& items = object.value["items"];
  for (std::size_t i = 0; i < items.size(); ++i) {
    Json item = typed_item(object.value, items[i]);
    std::string json = item.dump();
    add({.json = std::move(json), .value = std::move(item), .place = before + "items[" + std::to_string(i) + "]: "},
        objects);
  }
}

}  // namespace

std::string kind_of(const Json& object) {
  const auto kind = object.is_object() ? object.find("kind") : object.end();
  return kind != object.end() && kind->is_string() ? kind->get<std::string>() : "";
}

std::expected<std::vector<InputObject>, std::string> objects_in(const std::string& input) {
  auto documents = files::read_documents(input);
  if (!documents) return std::unexpected(documents.error().text());
  std::vector<InputObject> objects;
  for (std::size_t i = 0; i < documents->size(); ++i) {
    files::Document& document = (*documents)[i];
    const std::string place = "document " + std::to_string(i + 1) + " (line " + std::to_string(document.line) + "): ";
    Json value = Json::parse(document.json);
    add({.json = std::move(document.json), .value = std::move(value), .place = documents->size() == 1 ? "" : place},
        objects);
  }
  return objects;
}

}  // namespace everynode::cli
