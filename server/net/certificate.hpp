/// What server and client both need to know about certificates and keys. Private to `net`.
#pragma once

#include <openssl/x509.h>

#include <boost/asio/ssl/context_base.hpp>
#include <chrono>
#include <string>

namespace everynode::net {

/// SHA-256 of the certificate's DER, in hex; empty for null.
[[nodiscard]] std::string fingerprint_of(const X509* certificate);

[[nodiscard]] std::chrono::sys_seconds to_time(const ASN1_TIME* time);

/// "2026-11-30T17:10:00Z" (RFC 3339).
[[nodiscard]] std::string to_text(std::chrono::sys_seconds time);

/// A key with a passphrase must not make OpenSSL ask for it on a terminal.
[[nodiscard]] std::string no_passphrase(std::size_t, boost::asio::ssl::context_base::password_purpose);

}  // namespace everynode::net
