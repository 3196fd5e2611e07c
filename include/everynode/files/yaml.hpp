/// YAML and JSON as kubectl reads them (sigs.k8s.io/yaml v1.6.0; tests/golden/yaml compares with it).
///
/// YAML 1.1: `yes`, `on` and `y` are true, `0644` and `0o644` are 420, `1_000` is 1000, `1e3` is a number, `1:30` and
/// dates are texts. `!!str`, `!!int`, `!!float`, `!!bool`, `!!null` and `!!binary` count; unknown tags are ignored.
/// Keys become texts. A merge key `<<` adds the members of a mapping, or of a list of mappings; they override what
/// stands before the merge key. Line ends, a byte order mark, UTF-16 and commas behind the last element are as libyaml
/// has them.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <vector>

#include "everynode/codec/mistake.hpp"

namespace everynode::files {

struct Document {
  std::string json;
  std::size_t line = 1;  ///< where the document begins
};

/// What a duplicate key in one mapping does. A key that a merge key adds may stand there again.
enum class DuplicateKeys { last_wins, refused };

/// All documents of a text, without those that are empty or null. The text is either a stream of JSON values, one after
/// the other or with lines `---` between them, or a stream of YAML documents. An error has line and column, and says
/// in one line what is there and what we expected. Values nest at most 500 levels deep. Aliases cannot blow a document
/// up: kubectl's limit applies to them, and a limit of 16 MiB of text.
[[nodiscard]] std::expected<std::vector<Document>, codec::Mistake> read_documents(
    const std::string& text, DuplicateKeys duplicates = DuplicateKeys::last_wins);

/// The first document, as JSON; "null" if it is empty. Ignores the text behind it, as kubectl does when it reads a
/// kubeconfig.
[[nodiscard]] std::expected<std::string, codec::Mistake> yaml_to_json(const std::string& text);

}  // namespace everynode::files
