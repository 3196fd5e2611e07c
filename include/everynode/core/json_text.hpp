/// Writing JSON text, for documents too small and too frequent for a DOM.
#pragma once

#include <string>
#include <string_view>

namespace everynode::core {

/// Appends `text`, which must be valid UTF-8, as a JSON string with its quotes (RFC 8259, section 7).
void append_quoted(std::string& out, std::string_view text);

/// Appends `name` and a colon, with a comma before them unless `out` ends with an opening bracket.
void append_member(std::string& out, std::string_view name);

}  // namespace everynode::core
