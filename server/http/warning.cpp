#include "everynode/http/warning.hpp"

#include <algorithm>
#include <optional>

namespace everynode::http {
namespace {

void skip(std::string_view& value, std::string_view what) {
  value.remove_prefix(std::min(value.find_first_not_of(what), value.size()));
}

/// Takes a word and the spaces behind it; false: there is none.
bool take_word(std::string_view& value) {
  const std::size_t end = value.find(' ');
  if (end == 0 || end == std::string_view::npos) return false;
  value.remove_prefix(end);
  skip(value, " ");
  return true;
}

/// RFC 9110, 5.6.4.
std::optional<std::string> take_quoted(std::string_view& value) {
  if (!value.starts_with('"')) return std::nullopt;
  std::string text;
  for (std::size_t i = 1; i < value.size(); ++i) {
    if (value[i] == '"') {
      value.remove_prefix(i + 1);
      return text;
    }
    if (value[i] == '\\' && ++i == value.size()) break;
    text += value[i];
  }
  return std::nullopt;
}

}  // namespace

void append_warnings(std::string_view value, std::vector<std::string>& out) {
  while (true) {
    skip(value, " ,");
    if (!take_word(value) || !take_word(value)) return;  // the code and the agent
    auto text = take_quoted(value);
    if (!text) return;
    out.push_back(std::move(*text));
    skip(value, " ");
    if (value.starts_with('"') && !take_quoted(value)) return;  // the date
  }
}

}  // namespace everynode::http
