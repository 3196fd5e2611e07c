/// Foreign text where people read it: nothing that an object says may drive a terminal, or make a warning disappear.
#pragma once

#include <string>
#include <string_view>

namespace everynode::codec {

/// The text with everything escaped that a terminal obeys or a reader does not see: control characters (C0, DEL and
/// C1), marks that change the direction of writing, line and paragraph separators, byte order marks (`\n`, `\r`, `\t`,
/// `\u001b`, `\u202e`), and bytes that are no UTF-8 (`\xff`). All else stands as it is, backslashes too.
///
/// The API server drops a warning with any control character in it, whole and without a word (apimachinery's
/// NewWarningHeader).
[[nodiscard]] std::string printable(std::string_view text);

/// The same for a text of several lines that we have made of foreign parts: line breaks stay.
[[nodiscard]] std::string printable_lines(std::string_view text);

/// Appends `printable(text)`.
void append_printable(std::string& out, std::string_view text);

/// True if `printable` changes nothing.
[[nodiscard]] bool is_printable(std::string_view text);

/// Appends the text as a JSON string with its quotes, in which the same characters are escaped. What is no UTF-8
/// becomes U+FFFD.
void append_quoted_printable(std::string& out, std::string_view text);

}  // namespace everynode::codec
