/// How long a failed pod is left in peace before it is replaced.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "everynode/objects/time.hpp"

namespace everynode::daemonset {

/// Of one DaemonSet: one wait for each node, doubled with each failure (requirement 5.4).
class PodBackoff {
 public:
  static constexpr std::chrono::seconds first{1};
  static constexpr std::chrono::minutes longest{15};
  static constexpr std::chrono::minutes forgotten_after{30};

  /// Until when the node's failed pod stays; nullopt: it may be replaced now.
  [[nodiscard]] std::optional<objects::Time> until(std::string_view node, objects::Time now) const;

  /// Whether a failed pod of the node was replaced, and not long ago.
  [[nodiscard]] bool remembers(std::string_view node) const { return waits_.contains(node); }

  /// A failed pod of the node is being replaced.
  void replaced(std::string_view node, objects::Time now);

  /// A new generation of the DaemonSet deserves a new trial: all waits end.
  void generation(std::int64_t observed);

  /// Forgets what has not failed for long.
  void sweep(objects::Time now);

 private:
  struct Wait {
    std::chrono::seconds duration{};
    objects::Time since{};
  };
  std::map<std::string, Wait, std::less<>> waits_;
  std::int64_t generation_ = 0;
};

}  // namespace everynode::daemonset
