/// The OpenSSL side of one certificate. Private to `net`: no other folder sees OpenSSL.
#pragma once

#include <boost/asio/ssl/context.hpp>

#include "everynode/net/tls.hpp"

namespace everynode::net {

class TlsContext {
 public:
  TlsContext() : context(boost::asio::ssl::context::tls_server) {}

  mutable boost::asio::ssl::context
      context;  ///< only read after it was built; Asio's streams ask for a non-const reference
};

}  // namespace everynode::net
