/// Makes text of bytes.
#pragma once

#include <string>

namespace everynode::files {

/// The bytes as UTF-8: each byte that belongs to no character becomes U+FFFD, as in Go's encoding/json.
[[nodiscard]] std::string as_utf8(std::string bytes);

}  // namespace everynode::files
