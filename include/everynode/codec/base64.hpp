/// Base64 (RFC 4648, section 4), the form in which JSON carries patches, certificates and keys.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace everynode::codec {

/// With padding, in one line.
[[nodiscard]] std::string encode_base64(std::string_view bytes);

/// Skips line ends, as Go does. nullopt for everything else that is not base64 with its padding.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);

}  // namespace everynode::codec
