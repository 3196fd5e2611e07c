/// Writing JSON text, for documents too small and too frequent for a DOM.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace everynode::codec {

/// Appends `text`, which must be valid UTF-8, as a JSON string with its quotes (RFC 8259, section 7).
void append_quoted(std::string& out, std::string_view text);

/// Appends `name` and a colon, with a comma before them unless `out` ends with an opening bracket.
void append_member(std::string& out, std::string_view name);

/// Appends a whole member.
void append_text(std::string& out, std::string_view name, std::string_view text);
void append_number(std::string& out, std::string_view name, std::int64_t number);

/// The beginning of a text: at most `most` bytes, and never part of a character. Use it to quote foreign text in an
/// error, a warning or the log: none of them may grow with what a client sends.
[[nodiscard]] std::string_view clipped(std::string_view text, std::size_t most = 128);

}  // namespace everynode::codec
