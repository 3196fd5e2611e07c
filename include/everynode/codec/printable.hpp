/// Foreign text that people read: no text of an object may control a terminal or make a warning disappear.
#pragma once

#include <string>
#include <string_view>

namespace everynode::codec {

/// Escapes everything that a terminal obeys or a reader cannot see: control characters (C0, DEL and C1), marks that
/// change the direction of writing, line and paragraph separators, byte order marks (`\n`, `\r`, `\t`, `\u001b`,
/// `\u202e`), and bytes that are not UTF-8 (`\xff`). Everything else stays as it is, backslashes too.
///
/// The API server silently drops a whole warning that has a control character in it (apimachinery's NewWarningHeader).
[[nodiscard]] std::string printable(std::string_view text);

/// The same for a text of several lines that we have put together from foreign parts: it keeps line breaks.
[[nodiscard]] std::string printable_lines(std::string_view text);

/// Appends `printable(text)`.
void append_printable(std::string& out, std::string_view text);

/// True if `printable` changes nothing.
[[nodiscard]] bool is_printable(std::string_view text);

/// Appends the text as a JSON string with its quotes, and escapes the same characters. Bytes that are not UTF-8 become
/// U+FFFD.
void append_quoted_printable(std::string& out, std::string_view text);

}  // namespace everynode::codec
