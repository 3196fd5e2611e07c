#include "json_stream.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

namespace everynode::files {
namespace {

constexpr std::string_view white = " \t\r\n";

/// Removes what may stand between two values from the front.
void skip_between(std::string_view& text) {
  constexpr std::string_view separator = "---";
  for (bool line_begins = false;;) {
    const std::size_t count = std::min(text.find_first_not_of(white), text.size());
    line_begins = line_begins || text.substr(0, count).contains('\n');
    text.remove_prefix(count);
    const bool separated = text.starts_with(separator) && (text.size() == 3 || white.contains(text[3]));
    if (!line_begins || !separated) return;
    text.remove_prefix(separator.size());
    line_begins = false;
  }
}

/// Leaves deeper values to the YAML reader, which refuses them: most work on JSON is recursive.
constexpr std::size_t max_value_depth = 500;

/// One value of the stream, and the text behind it.
struct Cut {
  std::string_view value;
  std::string_view rest;
  std::size_t depth = 0;
};

/// The value at the front; all of the text if no bracket closes the first one. nullopt: the text does not begin with a
/// value.
std::optional<Cut> cut(std::string_view text) {
  if (text.empty() || (text.front() != '{' && text.front() != '[')) return std::nullopt;
  std::size_t open = 0;
  std::size_t deepest = 0;
  bool quoted = false;
  std::size_t i = 0;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '\\') {
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && (c == '{' || c == '[')) {
      deepest = std::max(deepest, ++open);
    } else if (!quoted && (c == '}' || c == ']') && --open == 0) {
      ++i;
      break;
    }
  }
  const std::size_t end = std::min(i, text.size());
  return Cut{.value = text.substr(0, end), .rest = text.substr(end), .depth = deepest};
}

std::size_t lines_in(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

/// A place in the text as "line 2, column 3".
std::string place_at(std::string_view text, std::size_t at) {
  const std::string_view before = text.substr(0, at);
  const std::size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
  return "line " + std::to_string(lines_in(before) + 1) + ", column " + std::to_string(at - line_begin + 1);
}

/// The text of nlohmann's error, without its own name for the error and without the place, which is relative to
/// `value`.
std::string words_of(const nlohmann::json::parse_error& error) {
  const std::string_view what = error.what();
  const std::size_t dash = what.find(" - ");
  return std::string(dash == std::string_view::npos ? what : what.substr(dash + 3));
}

}  // namespace

std::optional<std::vector<Document>> as_json_stream(const std::string& text) {
  std::vector<Document> documents;
  std::string_view rest = text;
  std::size_t line = 1;
  for (;;) {
    const std::string_view from = rest;
    skip_between(rest);
    if (rest.empty()) break;
    line += lines_in(from.substr(0, from.size() - rest.size()));
    const auto found = cut(rest);
    if (!found || found->depth > max_value_depth || !nlohmann::json::accept(found->value)) return std::nullopt;
    documents.push_back({.json = std::string(found->value), .line = line});
    line += lines_in(found->value);
    rest = found->rest;
  }
  return documents.empty() ? std::nullopt : std::optional(std::move(documents));
}

std::optional<codec::Mistake> json_mistake(const std::string& text) {
  std::string_view rest = text;
  skip_between(rest);
  if (rest.empty()) return std::nullopt;
  const std::size_t second = rest.find_first_not_of(white, 1);
  const bool begins = rest.front() == '[' || (rest.front() == '{' && second != rest.npos && rest[second] == '"');
  if (!begins) return std::nullopt;
  for (auto found = cut(rest); found; found = cut(rest)) {
    try {
      static_cast<void>(nlohmann::json::parse(found->value));
    } catch (const nlohmann::json::parse_error& error) {
      const auto value_at = static_cast<std::size_t>(found->value.data() - text.data());
      return codec::Mistake{.where = place_at(text, value_at + (error.byte == 0 ? 0 : error.byte - 1)),
                            .what = words_of(error)};
    }
    rest = found->rest;
    skip_between(rest);
  }
  return std::nullopt;
}

}  // namespace everynode::files
