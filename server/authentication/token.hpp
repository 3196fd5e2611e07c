/// Service account tokens as values: JSON Web Tokens (RFC 7519) in the compact form (RFC 7515, 7.1). Private to
/// `authentication`.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/codec/mistake.hpp"

namespace everynode::authentication {

/// A token that nobody has verified yet.
struct Token {
  std::string algorithm;
  std::string key;           ///< the ID of the key that signed it (kid)
  std::string_view signed_;  ///< the part that is signed; a view into the text that was read
  std::string signature;
  std::string claims;  ///< JSON
};

/// Reads the outer form and the header. The error says what is wrong, without quoting the token: not three parts, not
/// base64url, a header without `alg` or `kid`, extensions that must be understood (`crit`), another type than JWT.
[[nodiscard]] std::expected<Token, codec::Mistake> read_token(std::string_view text);

/// What a token says, in the words of Kubernetes (pkg/serviceaccount/claims.go).
struct Claims {
  std::string issuer;
  std::string subject;
  std::vector<std::string> audiences;
  std::optional<std::int64_t> expires;  ///< seconds since 1970
  std::optional<std::int64_t> not_before;
  bool for_mutating_webhooks = false;      ///< bound to a MutatingWebhookConfiguration
  std::vector<std::string> review_groups;  ///< the API groups that its bearer may ask webhooks about; "*": each
};

/// The error names the claim.
[[nodiscard]] std::expected<Claims, codec::Mistake> read_claims(const std::string& json);

}  // namespace everynode::authentication
