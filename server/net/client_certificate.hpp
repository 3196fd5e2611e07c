/// The certificate that a connection's client has shown. Private to `net`.
#pragma once

#include <openssl/ssl.h>

#include <chrono>
#include <memory>

#include "everynode/http/message.hpp"
#include "trust_store.hpp"

namespace everynode::net {

/// Makes a server ask for a certificate, and go on without one or with a bad one: probes have none, and who may ask for
/// what is decided for each request.
void ask_for_certificate(SSL_CTX* context);

/// A chain is verified when a request first needs it, not in the handshake: again only if the CAs have changed or a
/// certificate of the chain has ended. Sessions are never resumed, so the handshake has proved the key each time.
class ClientCertificate {
 public:
  /// What there is to know at the moment; null if the client has shown no certificate. Valid until the next call.
  [[nodiscard]] const http::ClientCertificate* look(SSL* session, const ClientAuthorities& authorities,
                                                    std::chrono::sys_seconds now);

 private:
  std::shared_ptr<const TrustStore> store_;
  std::chrono::sys_seconds until_{};  ///< until then the finding holds
  http::ClientCertificate found_;
};

}  // namespace everynode::net
