/// Converts a configuration to the types of `net`. Private to `cluster`.
#pragma once

#include <expected>
#include <string>

#include "everynode/cluster/config.hpp"
#include "everynode/net/client.hpp"

namespace everynode::cluster {

/// The configuration with the content of the files of CA, certificate and key.
[[nodiscard]] std::expected<Config, std::string> read_pems(Config config);

/// The server to connect to, with its certificates. The error says which certificate cannot be used.
[[nodiscard]] std::expected<net::Origin, std::string> origin_of(const Config& config);

}  // namespace everynode::cluster
