// The reader of YAML and JSON: the result is JSON that can be read again, or an error of one line with its place.
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "everynode/files/yaml.hpp"
#include "require.hpp"

using namespace everynode;
using fuzz::require;

namespace {

void check_json(const std::string& text) {
  require(nlohmann::json::accept(text));
  // JSON reads as itself.
  const auto again = files::read_documents(text);
  require(!text.starts_with('{') || (again && again->size() == 1 && again->front().json == text));
}

void check_error(const std::string& error) {
  require(error.starts_with("line ") && !error.contains('\n'));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  for (const auto duplicates : {files::DuplicateKeys::last_wins, files::DuplicateKeys::refused}) {
    const auto documents = files::read_documents(text, duplicates);
    if (!documents) check_error(documents.error().text());
    for (const files::Document& document : documents.value_or(std::vector<files::Document>{}))
      check_json(document.json);
  }
  const auto first = files::yaml_to_json(text);
  if (first) {
    check_json(*first);
  } else {
    check_error(first.error().text());
  }
  return 0;
}
