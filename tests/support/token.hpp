/// Makes keys and service account tokens as an API server does, and wrong ones.
#pragma once

#include <memory>
#include <string>

#include "certificate.hpp"

namespace everynode::support {

/// A key that signs tokens (RFC 7515).
class SigningKey {
 public:
  /// `algorithm`: RS256, ES256, ES384 or ES512.
  SigningKey(std::string id, std::string algorithm, unsigned rsa_bits = 2048);

  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] const std::string& algorithm() const { return algorithm_; }
  /// The public part as a JSON Web Key. `more`: further members, e.g. R"(,"x5c":[])".
  [[nodiscard]] std::string jwk(const std::string& more = "") const;
  /// A token with the header of this key.
  [[nodiscard]] std::string token(const std::string& claims) const;
  /// A token with any header.
  [[nodiscard]] std::string token(const std::string& header, const std::string& claims) const;

 private:
  [[nodiscard]] std::string coordinates() const;

  std::string id_;
  std::string algorithm_;
  std::unique_ptr<EVP_PKEY, CertificateDelete> key_;
};

/// RFC 4648, section 5, without padding.
[[nodiscard]] std::string base64url(std::string_view bytes);

/// A JSON Web Key Set of these keys.
[[nodiscard]] std::string key_set(const std::string& keys);

}  // namespace everynode::support
