#include "everynode/codec/printable.hpp"

#include <array>
#include <cstdint>
#include <cstring>

namespace everynode::codec {
namespace {

/// One character of a text, or one byte that does not begin a character.
struct Character {
  char32_t code = 0;
  std::size_t length = 1;
  bool valid = false;
};

unsigned char byte_at(std::string_view text, std::size_t i) {
  return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
}

/// The first character (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF).
Character first_of(std::string_view text) {
  const unsigned char lead = byte_at(text, 0);
  if (lead < 0x80) return {.code = lead, .length = 1, .valid = true};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4) return {};
  auto code = static_cast<char32_t>(lead & (0x7F >> length));
  for (std::size_t i = 1; i < length; ++i) {
    const unsigned char next = byte_at(text, i);
    if ((next & 0xC0) != 0x80) return {};
    code = (code << 6) | (next & 0x3F);
  }
  constexpr std::array<char32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < least[length] || code > 0x10FFFF || surrogate) return {};
  return {.code = code, .length = length, .valid = true};
}

bool is_harmless(char32_t c) {
  const bool control = c < 0x20 || (c >= 0x7F && c < 0xA0);
  const bool direction =
      c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
  const bool invisible = c == 0x2028 || c == 0x2029 || c == 0xFEFF;
  return !control && !direction && !invisible;
}

void append_hex(std::string& out, std::uint32_t value, int digits) {
  constexpr std::string_view hex = "0123456789abcdef";
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) out += hex[(value >> shift) & 15];
}

/// Escapes a character that is not harmless: all of these fit into four hexadecimal digits.
void append_escape(std::string& out, char32_t c) {
  if (c == '\n') {
    out += "\\n";
  } else if (c == '\r') {
    out += "\\r";
  } else if (c == '\t') {
    out += "\\t";
  } else {
    out += "\\u";
    append_hex(out, static_cast<std::uint32_t>(c), 4);
  }
}

/// How many bytes at the beginning are ASCII that needs no escape, eight at a time: nearly all texts consist of nothing
/// else. The top bit of a byte is set where the subtraction borrowed, i.e. where the byte was smaller than what was
/// subtracted.
std::size_t plain_length(std::string_view text, bool quoted) {
  constexpr std::uint64_t each = 0x0101010101010101;
  constexpr std::uint64_t top_bits = each * 0x80;
  const auto below = [](std::uint64_t bytes, std::uint64_t limit) {
    return (bytes - each * limit) & ~bytes & top_bits;
  };
  const auto has = [&](std::uint64_t bytes, char c) {
    return below(bytes ^ (each * static_cast<unsigned char>(c)), 1);
  };
  std::size_t length = 0;
  for (std::uint64_t eight = 0; length + sizeof eight <= text.size(); length += sizeof eight) {
    std::memcpy(&eight, text.data() + length, sizeof eight);
    std::uint64_t special = (eight & top_bits) | below(eight, 0x20) | has(eight, '\x7F');
    if (quoted) special |= has(eight, '"') | has(eight, '\\');
    if (special != 0) break;
  }
  const auto plain = [quoted](char c) { return c >= 0x20 && c < 0x7F && !(quoted && (c == '"' || c == '\\')); };
  while (length < text.size() && plain(text[length])) ++length;
  return length;
}

void append(std::string& out, std::string_view text, bool quoted) {
  for (;;) {
    const std::size_t plain = plain_length(text, quoted);
    out.append(text, 0, plain);
    text.remove_prefix(plain);
    if (text.empty()) return;
    const Character first = first_of(text);
    if (!first.valid) {
      out += quoted ? "\\ufffd" : "\\x";
      if (!quoted) append_hex(out, byte_at(text, 0), 2);
    } else if (!is_harmless(first.code)) {
      append_escape(out, first.code);
    } else {
      if (quoted && first.length == 1) out += '\\';  // a quote or a backslash: all other ASCII is plain
      out.append(text, 0, first.length);
    }
    text.remove_prefix(first.length);
  }
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  append(out, text, false);
  return out;
}

std::string printable_lines(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (;;) {
    const auto end = text.find('\n');
    append(out, text.substr(0, end), false);
    if (end == std::string_view::npos) return out;
    out += '\n';
    text.remove_prefix(end + 1);
  }
}

void append_printable(std::string& out, std::string_view text) {
  append(out, text, false);
}

bool is_printable(std::string_view text) {
  for (;;) {
    text.remove_prefix(plain_length(text, false));
    if (text.empty()) return true;
    const Character first = first_of(text);
    if (!first.valid || !is_harmless(first.code)) return false;
    text.remove_prefix(first.length);
  }
}

void append_quoted_printable(std::string& out, std::string_view text) {
  out += '"';
  append(out, text, true);
  out += '"';
}

}  // namespace everynode::codec
