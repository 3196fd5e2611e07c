/// How many files and connections this process may have open. Private to `webhook`.
#pragma once

#include <cstddef>

namespace everynode::webhook {

/// Raises the limit as far as we may: a service manager or a shell often sets less than it allows. Returns the new
/// limit.
[[nodiscard]] std::size_t raise_file_descriptors();

/// How many of the wanted connections fit beside everything else that is open.
[[nodiscard]] std::size_t connections_within(std::size_t descriptors, std::size_t wanted);

/// How many of them the plain port may have.
inline constexpr std::size_t metrics_connections = 64;

}  // namespace everynode::webhook
