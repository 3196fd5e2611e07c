/// Asks our own TLS listener for /healthz, as a client would: the one check that sees what clients see.
#pragma once

#include <expected>
#include <functional>
#include <string>

#include "everynode/net/server.hpp"

namespace everynode::net {

/// Connects to `endpoint` (through loopback if it is a wildcard address), does the TLS handshake, sends the request and
/// reads the answer, within two seconds. Calls `done` on `loop`: it must be 200 and come with the certificate that
/// `identity` has in force.
void self_probe(boost::asio::io_context& loop, const Endpoint& endpoint, const TlsIdentity& identity,
                std::function<void(std::expected<void, std::string>)> done);

}  // namespace everynode::net
