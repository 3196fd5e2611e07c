/// Tokens that were let in: to verify a signature takes longer than to answer a request.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace everynode::authentication {

struct TokenTrust;

/// A few tokens, by their hashes: each API server has one. Not thread-safe: use one per thread.
class KnownTokens {
 public:
  /// An API server has a new token every few minutes, and there are a few API servers.
  static constexpr std::size_t most = 32;

  /// Whether the token was let in with this trust, and has not ended.
  [[nodiscard]] bool has(std::string_view token, const std::shared_ptr<const TokenTrust>& trust,
                         std::chrono::sys_seconds now);
  /// Beyond `most`, the token that ends first is forgotten. Other trust forgets all.
  void remember(std::string_view token, const std::shared_ptr<const TokenTrust>& trust, std::chrono::sys_seconds until);

 private:
  void trust_only(const std::shared_ptr<const TokenTrust>& trust);

  std::shared_ptr<const TokenTrust> trust_;
  std::map<std::string, std::chrono::sys_seconds> ends_;
};

}  // namespace everynode::authentication
