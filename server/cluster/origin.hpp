/// A configuration as `net` wants it. Private to `cluster`.
#pragma once

#include <expected>
#include <string>

#include "everynode/cluster/config.hpp"
#include "everynode/net/client.hpp"

namespace everynode::cluster {

/// Puts the content of the files that CA, certificate and key come from into `config`. Returns what is wrong with them;
/// empty: nothing.
[[nodiscard]] std::string read_pems(Config& config);

/// Whom to connect to, and with what certificates. The error says which of them cannot be used.
[[nodiscard]] std::expected<net::Origin, std::string> origin_of(const Config& config);

}  // namespace everynode::cluster
