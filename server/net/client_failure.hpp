/// The many errors of sockets, OpenSSL and Beast as the few troubles that a client can tell apart. Private to `net`.
#pragma once

#include <openssl/ssl.h>

#include <boost/system/error_code.hpp>

#include "everynode/net/client.hpp"

namespace everynode::net {

/// While the connection comes about. `session` is null before TLS begins.
[[nodiscard]] Failure connect_failure(const boost::system::error_code& error, const SSL* session);

/// While it is used.
[[nodiscard]] Failure exchange_failure(const boost::system::error_code& error);

}  // namespace everynode::net
