/// Maps the many errors of sockets, OpenSSL and Beast to the few failures that a client distinguishes. Private to
/// `net`.
#pragma once

#include <openssl/ssl.h>

#include <boost/system/error_code.hpp>

#include "everynode/net/client.hpp"

namespace everynode::net {

/// An error while connecting. `session` is null before TLS begins.
[[nodiscard]] Failure connect_failure(const boost::system::error_code& error, const SSL* session);

/// An error on an open connection.
[[nodiscard]] Failure exchange_failure(const boost::system::error_code& error);

}  // namespace everynode::net
