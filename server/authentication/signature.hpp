/// Public keys and the signatures that they verify, by OpenSSL. Private to `authentication`.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "everynode/codec/mistake.hpp"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace everynode::authentication {

/// How Kubernetes signs tokens (pkg/serviceaccount/jwt.go). No other algorithm is known, so a token cannot ask for a
/// weaker one, or for none (RFC 8725, 3.1).
enum class Algorithm : std::uint8_t { rs256, es256, es384, es512 };

[[nodiscard]] std::optional<Algorithm> algorithm_of(std::string_view name);
/// "P-256", "P-384" or "P-521".
[[nodiscard]] std::optional<Algorithm> algorithm_of_curve(std::string_view curve);

/// A key belongs to one algorithm. Immutable; threads may share it.
class PublicKey {
 public:
  using Made = std::expected<std::shared_ptr<const PublicKey>, codec::Mistake>;

  /// Modulus and exponent, big-endian. The modulus has 2,048 to 8,192 bits.
  [[nodiscard]] static Made rsa(std::string_view modulus, std::string_view exponent);
  /// The coordinates of a point, big-endian, each as long as the curve says.
  [[nodiscard]] static Made elliptic(Algorithm algorithm, std::string_view x, std::string_view y);

  [[nodiscard]] Algorithm algorithm() const { return algorithm_; }
  /// `signature` as RFC 7518, sections 3.3 and 3.4, have it.
  [[nodiscard]] bool verifies(std::string_view text, std::string_view signature) const;

 private:
  struct Delete {
    void operator()(evp_pkey_st* key) const;
  };
  using Handle = std::unique_ptr<evp_pkey_st, Delete>;

  PublicKey(Algorithm algorithm, Handle key) : algorithm_(algorithm), key_(std::move(key)) {}

  Algorithm algorithm_;
  Handle key_;
};

/// SHA-256, as bytes.
[[nodiscard]] std::string sha256(std::string_view bytes);

}  // namespace everynode::authentication
