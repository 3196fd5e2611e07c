/// The server's address as a kubeconfig writes it. Private to `cluster`.
#pragma once

#include <string>
#include <string_view>

#include "everynode/cluster/config.hpp"

namespace everynode::cluster {

/// Reads `https://HOST[:PORT][/PATH]` into `config`. Returns what is wrong with it; empty: nothing.
[[nodiscard]] std::string read_server_url(std::string_view text, Config& config);

/// Reads a port number from 1 to 65535; 0: it is none.
[[nodiscard]] std::uint16_t read_port(std::string_view digits);

}  // namespace everynode::cluster
