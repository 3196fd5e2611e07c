/// Whether the API server refuses a DaemonSet's pods, as far as those can know who do not create them.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>

#include "everynode/daemonset/snapshot.hpp"
#include "everynode/objects/event.hpp"

namespace everynode::daemonset {

struct Refusal {
  std::string words;                ///< the API server's own
  std::optional<objects::Time> at;  ///< when it was last told; nullopt: a condition tells it, so it holds now

  bool operator==(const Refusal&) const = default;
};

/// A controller waits so long at most between two tries (client-go's rate limiter: 1,000 s), and its recorder may leave
/// out an event for five minutes. A refusal that is older is over if a pod was created since.
inline constexpr std::chrono::minutes refusal_holds{22};

/// Reads it off the events about the DaemonSet (FailedCreate, requirement 6.7) and off the condition Degraded that
/// Everynode writes.
[[nodiscard]] std::optional<Refusal> refusal_of(const Snapshot& snapshot, std::span<const objects::Event> events,
                                                objects::Time now);

}  // namespace everynode::daemonset
