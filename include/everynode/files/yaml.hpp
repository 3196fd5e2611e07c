/// YAML and JSON as kubectl reads them (sigs.k8s.io/yaml v1.6.0, held against it by tests/golden/yaml).
///
/// YAML 1.1: `yes`, `on` and `y` are true, `0644` and `0o644` are 420, `1_000` is 1000, `1e3` a number, `1:30` and
/// dates are texts; `!!str`, `!!int`, `!!float`, `!!bool`, `!!null` and `!!binary` count, tags that nobody knows are
/// passed over. Keys become texts. A merge key `<<` brings the members of a mapping, or of a list of them; what it
/// brings overrides what stands before it. Line ends, a byte order mark, UTF-16 and commas behind the last element are
/// as libyaml has them.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <vector>

namespace everynode::files {

struct Document {
  std::string json;
  std::size_t line = 1;  ///< where it begins
};

/// What becomes of a key that stands twice in one mapping. What a merge key brings may stand there again.
enum class DuplicateKeys { last_wins, refused };

/// All documents of a text, without those that are empty or null: a stream of JSON values, one after the other or with
/// lines `---` between them, or else a stream of YAML documents. Errors are one line that names line and column, what
/// is there and what is expected. Values are not nested deeper than 500, and aliases do not blow a document up: they
/// are bounded as in kubectl, and 16 MiB of text besides.
[[nodiscard]] std::expected<std::vector<Document>, std::string> read_documents(
    const std::string& text, DuplicateKeys duplicates = DuplicateKeys::last_wins);

/// The first document, as JSON; "null" if it is empty. What stands behind it is not looked at: so kubectl reads a
/// kubeconfig.
[[nodiscard]] std::expected<std::string, std::string> yaml_to_json(const std::string& text);

}  // namespace everynode::files
