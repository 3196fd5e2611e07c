/// Asks our own TLS listener for /healthz, as a client would: the one check that sees what clients see.
#pragma once

#include <functional>
#include <string>

#include "everynode/net/server.hpp"

namespace everynode::net {

/// Connects to `endpoint` (through loopback if it is a wildcard address), does the TLS handshake, sends the request and
/// reads the answer, within two seconds. Calls `done` on `loop` with what went wrong; the text is empty if the answer
/// was 200 and came with the certificate that `identity` has in force.
void self_probe(boost::asio::io_context& loop, const Endpoint& endpoint, const TlsIdentity& identity,
                std::function<void(std::string problem)> done);

}  // namespace everynode::net
