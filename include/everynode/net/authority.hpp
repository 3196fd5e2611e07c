/// A certificate authority of our own: it makes CAs and certificates, and reads those of others. ECDSA on P-256.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "everynode/net/tls.hpp"

namespace everynode::net {

/// How long a certificate is valid.
struct Lifetime {
  std::chrono::sys_seconds not_before;
  std::chrono::sys_seconds not_after;
};

/// Makes a CA that may sign server certificates but no further CAs. This function and `issue` throw std::runtime_error
/// if OpenSSL fails, e.g. for want of randomness.
[[nodiscard]] KeyPair make_authority(const Lifetime& lifetime);

/// Makes a server certificate for one DNS name, signed by the CA with its key.
[[nodiscard]] KeyPair issue(const KeyPair& authority, const std::string& dns_name, const Lifetime& lifetime);

struct Certificate {
  std::string id;   ///< SHA-256 of its DER, in hex
  std::string pem;  ///< this certificate alone
  Lifetime lifetime;
  bool is_authority = false;
};

/// The certificates of a PEM text in order, up to the first one that cannot be read.
[[nodiscard]] std::vector<Certificate> read_certificates(const std::string& pem);

/// Whether the key belongs to the first certificate of the chain.
[[nodiscard]] bool belong_together(const KeyPair& pair);

[[nodiscard]] bool is_signed_by(const Certificate& certificate, const Certificate& authority);

/// Whether a client that calls a server by this name accepts the certificate, as far as the name goes.
[[nodiscard]] bool is_for(const Certificate& certificate, const std::string& dns_name);

}  // namespace everynode::net
