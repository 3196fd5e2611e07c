/// The CAs whose clients a server trusts. They may change while connections go on.
#pragma once

#include <chrono>
#include <cstddef>
#include <expected>
#include <memory>
#include <string>

#include "everynode/net/published.hpp"

namespace everynode::net {

/// The CAs of one file, ready to verify. Immutable; threads share it.
class TrustStore;

/// Thread-safe.
class ClientAuthorities {
 public:
  /// Puts the CAs of a PEM text in force, for connections that are there already as well, and returns how many they
  /// are. A certificate that is not a CA of its own counts as one, as for the API server. On error those before stay:
  /// the text has no certificate or one that cannot be read, or all have ended `now` and those before have not.
  [[nodiscard]] std::expected<std::size_t, std::string> exchange(const std::string& pem, std::chrono::sys_seconds now);

  /// Null if none are in force.
  [[nodiscard]] std::shared_ptr<const TrustStore> current() const { return current_.load(); }

 private:
  Published<TrustStore> current_;
};

}  // namespace everynode::net
