/// How long a failed pod stays before it is replaced.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "everynode/objects/time.hpp"

namespace everynode::daemonset {

/// For one DaemonSet: a backoff per node, doubled with each failure (requirement 5.4).
class PodBackoff {
 public:
  static constexpr std::chrono::seconds first{1};
  static constexpr std::chrono::minutes longest{15};
  static constexpr std::chrono::minutes forgotten_after{30};

  /// Until when the node's failed pod stays; nullopt: it may be replaced now.
  [[nodiscard]] std::optional<objects::Time> until(std::string_view node, objects::Time now) const;

  /// Whether a failed pod of the node was replaced, and not long ago.
  [[nodiscard]] bool remembers(std::string_view node, objects::Time now) const;
  /// Whether the last of these was of this revision, by its hash.
  [[nodiscard]] bool remembers(std::string_view node, std::string_view revision, objects::Time now) const;

  /// Call it when a failed pod of the node is replaced. `revision`: its hash.
  void replaced(std::string_view node, std::string revision, objects::Time now);

  /// A new generation of the DaemonSet gets a new chance: all backoffs end.
  void generation(std::int64_t observed);

  /// Forgets nodes whose pods have not failed for long.
  void sweep(objects::Time now);

 private:
  struct Wait {
    std::chrono::seconds duration{};
    objects::Time since{};
    std::string revision{};
  };
  [[nodiscard]] static bool is_forgotten(const Wait& wait, objects::Time now);

  std::map<std::string, Wait, std::less<>> waits_;
  std::int64_t generation_ = 0;
};

}  // namespace everynode::daemonset
