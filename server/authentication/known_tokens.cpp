#include "everynode/authentication/known_tokens.hpp"

#include <algorithm>

#include "signature.hpp"

namespace everynode::authentication {

void KnownTokens::trust_only(const std::shared_ptr<const TokenTrust>& trust) {
  if (trust == trust_) return;
  ends_.clear();
  trust_ = trust;
}

bool KnownTokens::has(std::string_view token, const std::shared_ptr<const TokenTrust>& trust,
                      std::chrono::sys_seconds now) {
  trust_only(trust);
  const auto found = ends_.find(sha256(token));
  return found != ends_.end() && now < found->second;
}

void KnownTokens::remember(std::string_view token, const std::shared_ptr<const TokenTrust>& trust,
                           std::chrono::sys_seconds until) {
  trust_only(trust);
  ends_[sha256(token)] = until;
  using Entry = std::pair<const std::string, std::chrono::sys_seconds>;
  if (ends_.size() > most) ends_.erase(std::ranges::min_element(ends_, {}, &Entry::second));
}

}  // namespace everynode::authentication
