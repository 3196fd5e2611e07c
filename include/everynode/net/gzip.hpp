/// Bodies that are compressed (RFC 1952).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace everynode::net {

/// The text as one member.
[[nodiscard]] std::string gzip(std::string_view text);

/// The text in one member of gzip, with `padding` bytes of capacity to spare. nullopt: it is none, it was cut short or
/// changed on its way, something stands behind it, or the text is longer than `limit`.
[[nodiscard]] std::optional<std::string> gunzip(std::string_view bytes, std::size_t limit, std::size_t padding);

}  // namespace everynode::net
