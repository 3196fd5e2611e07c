/// How many files and connections this process may have open. Private to `webhook`.
#pragma once

#include <cstddef>

namespace everynode::webhook {

/// Raises the limit as far as we may: what a service manager or a shell sets is often less than what it allows. Returns
/// what it is then.
[[nodiscard]] std::size_t raise_file_descriptors();

/// How many of the connections that are wanted fit beside all else that is open.
[[nodiscard]] std::size_t connections_within(std::size_t descriptors, std::size_t wanted);

/// What the plain port may have of them.
inline constexpr std::size_t metrics_connections = 64;

}  // namespace everynode::webhook
