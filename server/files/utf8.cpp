#include "utf8.hpp"

#include <cstddef>
#include <string_view>

namespace everynode::files {
namespace {

/// The bytes that may follow a character's first byte (Unicode 15, table 3-7).
struct Rest {
  std::size_t bytes = 0;
  unsigned char lowest = 0x80;  ///< for the second byte; the others are 0x80 to 0xBF
  unsigned char highest = 0xBF;
  bool possible = true;
};

Rest rest_of(unsigned char first) {
  if (first < 0x80) return {};
  if (first < 0xC2 || first > 0xF4) return {.possible = false};
  if (first < 0xE0) return {.bytes = 1};
  if (first == 0xE0) return {.bytes = 2, .lowest = 0xA0};
  if (first == 0xED) return {.bytes = 2, .highest = 0x9F};
  if (first < 0xF0) return {.bytes = 2};
  if (first == 0xF0) return {.bytes = 3, .lowest = 0x90};
  if (first == 0xF4) return {.bytes = 3, .highest = 0x8F};
  return {.bytes = 3};
}

/// The length of the character at the front; 0: there is no character.
std::size_t character_length(std::string_view text) {
  const Rest rest = rest_of(static_cast<unsigned char>(text.front()));
  if (!rest.possible || text.size() <= rest.bytes) return 0;
  for (std::size_t i = 1; i <= rest.bytes; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < (i == 1 ? rest.lowest : 0x80) || byte > (i == 1 ? rest.highest : 0xBF)) return 0;
  }
  return rest.bytes + 1;
}

}  // namespace

std::string as_utf8(std::string bytes) {
  std::string out;
  out.reserve(bytes.size());
  std::string_view left = bytes;
  while (!left.empty()) {
    const std::size_t length = character_length(left);
    out += length == 0 ? "\xEF\xBF\xBD" : left.substr(0, length);
    left.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

}  // namespace everynode::files
