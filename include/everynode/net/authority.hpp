/// A certificate authority of our own: makes CAs and certificates, and says what others are. ECDSA on P-256.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "everynode/net/tls.hpp"

namespace everynode::net {

/// When a certificate is good.
struct Lifetime {
  std::chrono::sys_seconds not_before;
  std::chrono::sys_seconds not_after;
};

/// A CA that may sign servers and no further CAs. Throws std::runtime_error if OpenSSL cannot, e.g. for want of
/// randomness; so does `issue`.
[[nodiscard]] KeyPair make_authority(const Lifetime& lifetime);

/// A server's certificate for one DNS name, signed by a CA with its key.
[[nodiscard]] KeyPair issue(const KeyPair& authority, const std::string& dns_name, const Lifetime& lifetime);

struct Certificate {
  std::string id;   ///< SHA-256 of its DER, in hex
  std::string pem;  ///< this one alone
  Lifetime lifetime;
  bool is_authority = false;
};

/// The certificates of a PEM text in their order, up to the first that is none.
[[nodiscard]] std::vector<Certificate> read_certificates(const std::string& pem);

/// Whether the key is of the first certificate of the chain.
[[nodiscard]] bool belong_together(const KeyPair& pair);

[[nodiscard]] bool is_signed_by(const Certificate& certificate, const Certificate& authority);

/// Whether a client that calls a server by this name accepts it, as far as the name goes.
[[nodiscard]] bool is_for(const Certificate& certificate, const std::string& dns_name);

}  // namespace everynode::net
