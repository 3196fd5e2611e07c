/// The life of the webhook's certificate as a decision: from what there is to the one thing to do next.
///
/// The law that it keeps: no leaf is written before each API server trusts the CA that signed it, unless there is none
/// that could be served; and no CA is distrusted while a leaf of it may be served. So a new CA is announced first and
/// signs later; an old one stays in the caBundle until no leaf of it is served any more: until it expires, or one that
/// is not ours for two lives of a leaf, which has been replaced by then.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace everynode::protocol {

struct CertificateSettings {
  std::chrono::seconds authority_life = std::chrono::days{365};
  std::chrono::seconds leaf_life = std::chrono::days{90};
  /// From when the caBundle was seen with a new CA until the CA signs: all API servers must have heard of it.
  std::chrono::seconds settle = std::chrono::minutes{2};
};

/// What is wrong with the settings, for people; empty if they can work.
[[nodiscard]] std::string problem_with(const CertificateSettings& settings);

struct Validity {
  std::chrono::sys_seconds not_before;
  std::chrono::sys_seconds not_after;

  [[nodiscard]] bool holds(std::chrono::sys_seconds now) const { return not_before <= now && now < not_after; }
  /// Two thirds of the life.
  [[nodiscard]] std::chrono::sys_seconds renewal() const { return not_before + (not_after - not_before) * 2 / 3; }
  bool operator==(const Validity&) const = default;
};

/// A certificate that may sign, without its key.
struct Authority {
  std::string id;  ///< different for each certificate
  Validity validity;
};

struct Leaf {
  Validity validity;
  std::string signed_by;  ///< the id of a CA; empty: of none that we know
};

/// What there is.
struct CertificateState {
  std::optional<Authority> signer;  ///< the latest CA, if we have its key
  std::vector<Authority> others;    ///< each other one whose leaves may still be served
  std::optional<Leaf> leaf;         ///< nullopt: none, or one of no use, e.g. for another name
  /// The ids in the caBundle of each webhook that calls us, in any order.
  std::vector<std::vector<std::string>> bundles;
  /// For how long each of these bundles is known to contain the signer.
  std::chrono::seconds announced{0};
};

struct MakeAuthority {
  Validity validity;
  std::vector<std::string> keep;  ///< the ids of those to be trusted beside it
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
