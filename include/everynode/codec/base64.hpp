/// Base64 (RFC 4648), the form in which JSON carries patches, certificates and keys, and tokens carry JSON.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace everynode::codec {

/// Section 4: with padding, in one line.
[[nodiscard]] std::string encode_base64(std::string_view bytes);

/// The number of bytes in what encode_base64 has given.
[[nodiscard]] std::size_t decoded_size(std::string_view text);

/// Section 4. Skips line ends, as Go does. nullopt for everything else that is not base64 with its padding.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);

/// Section 5, as tokens have it (RFC 7515, section 2): other digits for 62 and 63, no padding, no line ends. Each
/// sequence of bytes has only one text: bits that belong to no byte are 0. nullopt for everything else.
[[nodiscard]] std::optional<std::string> decode_base64url(std::string_view text);

}  // namespace everynode::codec
