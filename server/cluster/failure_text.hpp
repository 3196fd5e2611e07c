/// Why no answer came, for people: the address, what happened, and what to do. Private to `cluster`.
#pragma once

#include <chrono>
#include <string>

#include "everynode/cluster/config.hpp"
#include "everynode/net/client.hpp"

namespace everynode::cluster {

/// `limit` is the deadline that has passed, if one has. `files` says why changed certificate files are not in force.
[[nodiscard]] std::string failure_text(const net::Failure& failure, const Config& config, std::chrono::seconds limit,
                                       const std::string& files);

}  // namespace everynode::cluster
