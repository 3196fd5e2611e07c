/// The public keys of a cluster's service account tokens.
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/codec/mistake.hpp"

namespace everynode::authentication {

class PublicKey;

/// A JSON Web Key Set (RFC 7517), as the API server serves it at /openid/v1/jwks. Immutable.
class Keys {
 public:
  /// Keys of other kinds, or for other uses, are passed over; there may be 64 at most. The error says which key cannot
  /// be used and why, or that there is none: an empty set would lock everybody out.
  [[nodiscard]] static std::expected<Keys, codec::Mistake> read(const std::string& jwks);

  /// Null if there is no such key, or if it signs by another algorithm. `algorithm`: "RS256", "ES256", "ES384" or
  /// "ES512" (RFC 7518, section 3.1); Kubernetes signs with these.
  [[nodiscard]] const PublicKey* find(std::string_view id, std::string_view algorithm) const;
  /// Whether there is a key of this name.
  [[nodiscard]] bool knows(std::string_view id) const;
  [[nodiscard]] std::size_t size() const { return keys_.size(); }

 private:
  struct Entry {
    std::string id;
    std::shared_ptr<const PublicKey> key;
  };
  std::vector<Entry> keys_;
};

}  // namespace everynode::authentication
