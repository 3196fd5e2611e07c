/// The header Warning (RFC 7234, 5.5), in which the API server says what it, or a webhook, would have told people.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace everynode::http {

/// Appends the texts of a header's value, e.g. `299 - "unknown field"`, which may be a list. What cannot be read ends
/// it.
void append_warnings(std::string_view value, std::vector<std::string>& out);

}  // namespace everynode::http
