/// A certificate's fingerprint. Private to `net`.
#pragma once

#include <openssl/x509.h>

#include <string>

namespace everynode::net {

/// SHA-256 of the certificate's DER, in hex; empty for null.
[[nodiscard]] std::string fingerprint_of(const X509* certificate);

}  // namespace everynode::net
