#include "everynode/files/yaml.hpp"

#include <utility>

#include "json_stream.hpp"
#include "yaml_composer.hpp"

namespace everynode::files {

std::expected<std::vector<Document>, std::string> read_documents(const std::string& text, DuplicateKeys duplicates) {
  if (duplicates == DuplicateKeys::last_wins) {
    if (auto documents = as_json_stream(text)) return std::move(*documents);
  }
  std::vector<Document> documents;
  try {
    YamlComposer composer(text, duplicates);
    for (Document document; composer.next(document);) {
      if (document.json != "null") documents.push_back(std::move(document));
    }
  } catch (const YamlMistake& mistake) {
    return std::unexpected(json_mistake(text).value_or(mistake.what()));
  }
  return documents;
}

std::expected<std::string, std::string> yaml_to_json(const std::string& text) try {
  YamlComposer composer(text, DuplicateKeys::last_wins);
  Document document;
  return composer.next(document) ? std::move(document.json) : "null";
} catch (const YamlMistake& mistake) {
  return std::unexpected(std::string(mistake.what()));
}

}  // namespace everynode::files
