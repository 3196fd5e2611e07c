/// A configuration as `net` wants it. Private to `cluster`.
#pragma once

#include <expected>
#include <string>

#include "everynode/cluster/config.hpp"
#include "everynode/net/client.hpp"

namespace everynode::cluster {

/// Whom to connect to, and with what certificates. The error says which of them cannot be used.
[[nodiscard]] std::expected<net::Origin, std::string> origin_of(const Config& config);

}  // namespace everynode::cluster
