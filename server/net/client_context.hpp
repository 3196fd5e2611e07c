/// The OpenSSL side of what a client trusts and shows. Private to `net`.
#pragma once

#include <boost/asio/ssl/context.hpp>

#include "everynode/net/client_tls.hpp"

namespace everynode::net {

struct ClientTls::Context {
  boost::asio::ssl::context ssl{boost::asio::ssl::context::tls_client};
};

}  // namespace everynode::net
