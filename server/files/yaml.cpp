#include "everynode/files/yaml.hpp"

#include <utility>

#include "json_stream.hpp"
#include "yaml_composer.hpp"

namespace everynode::files {

std::expected<std::vector<Document>, codec::Mistake> read_documents(const std::string& text, DuplicateKeys duplicates) {
  if (duplicates == DuplicateKeys::last_wins) {
    if (auto documents = as_json_stream(text)) return std::move(*documents);
  }
  std::vector<Document> documents;
  try {
    YamlComposer composer(text, duplicates);
    while (auto document = composer.next()) {
      if (document->json != "null") documents.push_back(std::move(*document));
    }
  } catch (const YamlMistake& error) {
    return std::unexpected(json_mistake(text).value_or(error.mistake()));
  }
  return documents;
}

std::expected<std::string, codec::Mistake> yaml_to_json(const std::string& text) try {
  YamlComposer composer(text, DuplicateKeys::last_wins);
  auto document = composer.next();
  return document ? std::move(document->json) : "null";
} catch (const YamlMistake& error) {
  return std::unexpected(error.mistake());
}

}  // namespace everynode::files
