#include "everynode/codec/shell_word.hpp"

#include <algorithm>

namespace everynode::codec {
namespace {

bool is_plain(char c) {
  constexpr std::string_view marks = "-_./:@%+,";
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter || (c >= '0' && c <= '9') || marks.contains(c);
}

}  // namespace

std::string in_single_quotes(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? "'\\''" : std::string(1, c);
  return out + "'";
}

std::string shell_word(std::string_view text) {
  const bool plain = !text.empty() && std::ranges::all_of(text, is_plain);
  return plain ? std::string(text) : in_single_quotes(text);
}

}  // namespace everynode::codec
