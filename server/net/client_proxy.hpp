/// Connecting through a proxy. Private to `net`.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>

#include "client_stream.hpp"
#include "everynode/net/client.hpp"

namespace everynode::net {

/// Does the TLS handshake with a server or a proxy of this name. nullopt: success.
boost::asio::awaitable<std::optional<Failure>> shake_hands(ClientStream& stream, const ClientTls& trust,
                                                           const std::string& name);

/// Opens the way to the server if one is needed; `stream` is connected to the proxy of `origin`. nullopt: success.
boost::asio::awaitable<std::optional<Failure>> pass_proxy(ClientStream& stream, const Origin& origin);

/// Whether requests go to the proxy itself, which passes them on: plain HTTP through an HTTP proxy (RFC 9112, 3.2.2).
[[nodiscard]] bool passes_requests_on(const Origin& origin);

}  // namespace everynode::net
