#include "everynode/codec/json_text.hpp"

#include <cstdint>
#include <cstring>

namespace everynode::codec {
namespace {

void append_escaped(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  constexpr std::string_view hex = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  out += "\\u00";
  out += hex[byte >> 4];
  out += hex[byte & 15];
}

bool needs_escape(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

constexpr std::size_t eight_bytes = sizeof(std::uint64_t);

/// The same for eight characters at once; nearly all texts need no escape. The top bit of a byte is set where the
/// subtraction borrowed, i.e. where the byte was smaller than what was subtracted.
bool any_needs_escape(std::uint64_t eight) {
  constexpr std::uint64_t each = 0x0101010101010101;
  constexpr std::uint64_t top_bits = each * 0x80;
  const auto below = [](std::uint64_t bytes, std::uint64_t limit) {
    return (bytes - each * limit) & ~bytes & top_bits;
  };
  const std::uint64_t quotes = eight ^ (each * '"');  // 0 where one is
  const std::uint64_t backslashes = eight ^ (each * '\\');
  return (below(eight, 0x20) | below(quotes, 1) | below(backslashes, 1)) != 0;
}

/// How many characters at the beginning need no escape.
std::size_t plain_length(std::string_view text) {
  std::size_t length = 0;
  const auto is_plain_at = [text](std::size_t at) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, text.data() + at, sizeof eight);
    return !any_needs_escape(eight);
  };
  while (length + eight_bytes <= text.size() && is_plain_at(length)) length += eight_bytes;
  if (text.size() >= eight_bytes && length + eight_bytes > text.size() && is_plain_at(text.size() - eight_bytes))
    return text.size();
  while (length < text.size() && !needs_escape(text[length])) ++length;
  return length;
}

/// Asks for room once: an answer has some forty of them.
void append_plain(std::string& out, std::string_view text) {
  const std::size_t begin = out.size();
  out.append(text.size() + 2, '"');
  text.copy(out.data() + begin + 1, text.size());
}

}  // namespace

void append_quoted(std::string& out, std::string_view text) {
  std::size_t plain = plain_length(text);
  if (plain == text.size()) return append_plain(out, text);
  out += '"';
  for (; plain < text.size(); plain = plain_length(text)) {
    out.append(text, 0, plain);
    append_escaped(out, text[plain]);
    text.remove_prefix(plain + 1);
  }
  out.append(text);
  out += '"';
}

void append_member(std::string& out, std::string_view name) {
  if (!out.empty() && out.back() != '{' && out.back() != '[') out += ',';
  append_quoted(out, name);
  out += ':';
}

void append_text(std::string& out, std::string_view name, std::string_view text) {
  append_member(out, name);
  append_quoted(out, text);
}

void append_number(std::string& out, std::string_view name, std::int64_t number) {
  append_member(out, name);
  out += std::to_string(number);
}

std::string_view clipped(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
  while (most > 0 && continues(text[most])) --most;
  return text.substr(0, most);
}

}  // namespace everynode::codec
