/// Bytes that should be text.
#pragma once

#include <string>

namespace everynode::files {

/// The bytes as UTF-8: each one that belongs to no character becomes U+FFFD, as Go's encoding/json has it.
[[nodiscard]] std::string as_utf8(std::string bytes);

}  // namespace everynode::files
