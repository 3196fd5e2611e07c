#include "everynode/protocol/certificate_step.hpp"

#include <algorithm>

namespace everynode::protocol {
namespace {

using std::chrono::sys_seconds;
using Ids = std::vector<std::string>;

/// Backdating helps API servers whose clocks are behind. It is at most a tenth of the life, because renewals depend on
/// the life.
constexpr std::chrono::seconds most_backdating = std::chrono::minutes{5};

Validity validity_from(sys_seconds now, std::chrono::seconds life) {
  return {.not_before = now - std::min(most_backdating, life / 10), .not_after = now + life};
}

/// Our own earlier CAs expire first. A CA that is not ours, e.g. because another program kept the certificates before,
/// may be valid for years: two lives of a leaf after the signer was made, none of its leaves is served any more.
sys_seconds trusted_until(const CertificateSettings& settings, const CertificateState& state, const Authority& other) {
  const bool may_be_served = !state.signer || (state.leaf && state.leaf->signed_by != state.signer->id);
  if (may_be_served) return other.validity.not_after;
  return std::min(other.validity.not_after, state.signer->validity.not_before + 2 * settings.leaf_life);
}

Ids still_trusted(const CertificateSettings& settings, const CertificateState& state, sys_seconds now) {
  Ids ids;
  for (const Authority& other : state.others) {
    if (now < trusted_until(settings, state, other)) ids.push_back(other.id);
  }
  return ids;
}

Ids sorted(Ids ids) {
  std::ranges::sort(ids);
  return ids;
}

bool all_trust(const std::vector<Ids>& bundles, const Ids& trust) {
  const Ids wanted = sorted(trust);
  return std::ranges::all_of(bundles, [&](const Ids& bundle) { return sorted(bundle) == wanted; });
}

bool is_due(const Validity& validity, sys_seconds now) {
  return !validity.holds(now) || now >= validity.renewal();
}

MakeAuthority make_authority(const CertificateSettings& settings, const CertificateState& state, sys_seconds now) {
  Ids keep = still_trusted(settings, state, now);
  if (state.signer && now < state.signer->validity.not_after) keep.insert(keep.begin(), state.signer->id);
  return {.validity = validity_from(now, settings.authority_life), .keep = std::move(keep)};
}

/// A leaf must not outlive its CA.
Validity leaf_validity(const CertificateSettings& settings, const Authority& signer, sys_seconds now) {
  Validity validity = validity_from(now, settings.leaf_life);
  validity.not_after = std::min(validity.not_after, signer.validity.not_after);
  return validity;
}

/// Also wakes up when a CA is no longer trusted, to remove it from the caBundle.
WaitUntil wait_for_next(const CertificateSettings& settings, const CertificateState& state, sys_seconds now) {
  sys_seconds time = std::min(state.signer->validity.renewal(), state.leaf->validity.renewal());
  for (const Authority& other : state.others) {
    const sys_seconds end = trusted_until(settings, state, other);
    if (now < end) time = std::min(time, end);
  }
  return {time};
}

}  // namespace

std::expected<void, std::string> check(const CertificateSettings& settings) {
  using std::chrono::seconds;
  if (settings.leaf_life < seconds{10}) return std::unexpected("a certificate must live for at least 10 s");
  if (settings.settle > settings.leaf_life / 6)
    return std::unexpected(
        "a certificate must live for at least six times the settle time: it may be due for renewal when a new CA is "
        "announced");
  if (settings.authority_life < 3 * settings.leaf_life)
    return std::unexpected(
        "the CA must live for at least three times as long as a certificate: it is renewed after two thirds of its "
        "life");
  return {};
}

bool announces(const std::vector<Ids>& bundles, const std::string& authority) {
  return std::ranges::all_of(bundles,
                             [&](const Ids& bundle) { return std::ranges::find(bundle, authority) != bundle.end(); });
}

CertificateStep next_step(const CertificateSettings& settings, const CertificateState& state, sys_seconds now) {
  if (!state.signer || is_due(state.signer->validity, now)) return make_authority(settings, state, now);
  Ids trust = still_trusted(settings, state, now);
  // Without another CA, no API server trusts any leaf yet: the first leaf need not wait.
  const bool alone = trust.empty();
  trust.insert(trust.begin(), state.signer->id);
  if (!all_trust(state.bundles, trust)) return WriteBundles{std::move(trust)};
  const bool good = state.leaf && state.leaf->signed_by == state.signer->id && !is_due(state.leaf->validity, now);
  if (good) return wait_for_next(settings, state, now);
  // If no valid leaf is served, a leaf that only some API servers trust yet is better than none.
  const bool served = state.leaf && state.leaf->validity.holds(now);
  if (!alone && served && state.announced < settings.settle) return WaitUntil{now + settings.settle - state.announced};
  return IssueLeaf{.validity = leaf_validity(settings, *state.signer, now), .trust = std::move(trust)};
}

}  // namespace everynode::protocol
