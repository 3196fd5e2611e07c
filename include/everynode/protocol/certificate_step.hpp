/// Decides the one next thing to do for the webhook's certificate.
///
/// It keeps two rules. No leaf is written before each API server trusts the CA that signed it, unless no other leaf
/// could be served. And no CA is removed from the caBundle while one of its leaves may be served. So a new CA is
/// announced first and signs later. An old CA stays in the caBundle until it expires; a CA that is not ours stays for
/// two lives of a leaf, because its leaves have been replaced by then.
#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace everynode::protocol {

struct CertificateSettings {
  std::chrono::seconds authority_life = std::chrono::days{365};
  std::chrono::seconds leaf_life = std::chrono::days{90};
  /// How long a new CA is in the caBundle before it signs: all API servers must see it there first.
  std::chrono::seconds settle = std::chrono::minutes{2};
};

/// Refuses settings with which pods would be admitted without us now and then. The error is for people.
[[nodiscard]] std::expected<void, std::string> check(const CertificateSettings& settings);

struct Validity {
  std::chrono::sys_seconds not_before;
  std::chrono::sys_seconds not_after;

  [[nodiscard]] bool holds(std::chrono::sys_seconds now) const { return not_before <= now && now < not_after; }
  /// After two thirds of the life.
  [[nodiscard]] std::chrono::sys_seconds renewal() const { return not_before + (not_after - not_before) * 2 / 3; }
  bool operator==(const Validity&) const = default;
};

/// A CA certificate, without its key.
struct Authority {
  std::string id;  ///< different for each certificate
  Validity validity;
};

struct Leaf {
  Validity validity;
  std::string signed_by;  ///< the id of a CA; empty: we do not know the CA
};

/// The certificates and caBundles as they are.
struct CertificateState {
  std::optional<Authority> signer;  ///< the latest CA, if we have its key
  std::vector<Authority> others;    ///< other CAs whose leaves may still be served
  std::optional<Leaf> leaf;         ///< nullopt: none, or one that we cannot use, e.g. for another name
  /// The ids in the caBundle of each webhook that calls us, in any order.
  std::vector<std::vector<std::string>> bundles;
  /// How long we know that each of these bundles contains the signer.
  std::chrono::seconds announced{0};
};

struct MakeAuthority {
  Validity validity;
  std::vector<std::string> keep;  ///< the ids of CAs to trust beside the new one
};
struct WriteBundles {
  std::vector<std::string> trust;  ///< ids, the signer's first
};
struct IssueLeaf {
  Validity validity;
  std::vector<std::string> trust;  ///< as in WriteBundles
};
struct WaitUntil {
  std::chrono::sys_seconds time;
};
using CertificateStep = std::variant<MakeAuthority, WriteBundles, IssueLeaf, WaitUntil>;

[[nodiscard]] CertificateStep next_step(const CertificateSettings& settings, const CertificateState& state,
                                        std::chrono::sys_seconds now);

/// Whether each bundle contains the CA; true without bundles.
[[nodiscard]] bool announces(const std::vector<std::vector<std::string>>& bundles, const std::string& authority);

}  // namespace everynode::protocol
