/// Who may ask the webhook: decided from what a client shows, the operator's wishes, and the cluster's keys.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/authentication/keys.hpp"
#include "everynode/authentication/known_tokens.hpp"
#include "everynode/http/message.hpp"

namespace everynode::authentication {

/// Which service account tokens let in. Anybody may ask the API server for a token of his own service account, with
/// whatever audience: so the subject must be named here, or the token must attest that its bearer may ask about each
/// API group (KEP-6060), which the API server grants to whom it trusts.
struct TokenPolicy {
  std::string issuer;                  ///< empty: not known yet, so no token lets in
  std::vector<std::string> audiences;  ///< one of these
  std::vector<std::string> subjects;   ///< one of these, "system:serviceaccount:NAMESPACE:NAME"; empty: an attestation
};

/// Either credential is enough.
struct Policy {
  bool certificates = false;       ///< a client certificate that TLS trusts
  std::vector<std::string> names;  ///< one of its names is one of these; empty: any name
  bool tokens = false;             ///< a token that `TokenPolicy` lets in

  [[nodiscard]] bool asks() const { return certificates || tokens; }
};

/// The keys in force and what goes with them. Immutable; shared by threads.
struct TokenTrust {
  Keys keys;
  TokenPolicy policy;
};

enum class Credential : std::uint8_t { none, certificate, token };
enum class Outcome : std::uint8_t {
  allowed,
  missing,      ///< neither a certificate nor a token
  untrusted,    ///< a certificate of a CA that is not ours, or outside of its time
  malformed,    ///< an Authorization header that is no `Bearer` with a token signed as we know
  no_keys,      ///< we have no keys yet
  unknown_key,  ///< a token signed by a key that we do not have
  bad_signature,
  wrong_issuer,
  wrong_audience,
  outdated,     ///< a token that has expired or is not valid yet
  not_allowed,  ///< a good credential of somebody else
};

inline constexpr Credential credentials[] = {Credential::none, Credential::certificate, Credential::token};
inline constexpr Outcome outcomes[] = {Outcome::allowed,       Outcome::missing,      Outcome::untrusted,
                                       Outcome::malformed,     Outcome::no_keys,      Outcome::unknown_key,
                                       Outcome::bad_signature, Outcome::wrong_issuer, Outcome::wrong_audience,
                                       Outcome::outdated,      Outcome::not_allowed};

/// "none", "certificate", "token".
[[nodiscard]] std::string_view name_of(Credential credential);
/// "allowed", "missing", ..., "not_allowed".
[[nodiscard]] std::string_view name_of(Outcome outcome);

struct Verdict {
  Credential credential = Credential::none;  ///< that was looked at
  Outcome outcome = Outcome::missing;
  std::string detail;                ///< for people, if it was not allowed; it quotes no token
  std::chrono::sys_seconds until{};  ///< when a token that was allowed ends

  [[nodiscard]] bool allowed() const { return outcome == Outcome::allowed; }
};

/// Clocks may differ by this much, as they may for the API server itself (go-jose, DefaultLeeway).
inline constexpr std::chrono::seconds leeway{60};

/// A token in the form of RFC 7519, signed as in RFC 7515.
[[nodiscard]] Verdict judge_token(std::string_view token, const TokenTrust& trust, std::chrono::sys_seconds now);

/// The whole decision. `trust`: null if there are no keys yet. `known`: tokens that were let in before with the same
/// trust need not be verified again.
[[nodiscard]] Verdict judge(const http::Head& head, const Policy& policy,
                            const std::shared_ptr<const TokenTrust>& trust, std::chrono::sys_seconds now,
                            KnownTokens& known);

/// 401 if nobody was recognised, else 403 (RFC 9110, 15.5.2 and 15.5.4).
[[nodiscard]] http::Response refusal(const Verdict& verdict, const Policy& policy);

}  // namespace everynode::authentication
