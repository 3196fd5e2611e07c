/// When the windows of a RolloutPolicy are open.
///
/// A window opens on each of its days at the first moment at which the clocks of its zone show `from` or more, and
/// closes at the first one at which they show `to` or more. So where a clock goes forward over one of these times, that
/// is the moment at which it does; where it goes back and shows a time twice, it is the first time.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "everynode/objects/rollout_policy.hpp"
#include "everynode/rollout/time_zones.hpp"

namespace everynode::rollout {

/// Whether pods may be replaced now, as far as windows are concerned.
struct Opening {
  bool open = true;
  std::optional<objects::Time> changes_at;  ///< when it will be otherwise; nullopt: not in the coming weeks
  std::string local;  ///< that moment on the window's own clock: "Mon 2026-03-30 09:00 Europe/Berlin"

  bool operator==(const Opening&) const = default;
};

/// Without windows it is always open. A window whose zone is not known never opens. What opens within a moment of what
/// closes then is one opening.
[[nodiscard]] Opening opening_at(std::span<const objects::Window> windows, const TimeZones& zones, objects::Time now);

/// Why the policy's windows cannot be obeyed, and what to do about it; empty: they can.
[[nodiscard]] std::string problem_with(const objects::RolloutPolicy& policy, const TimeZones& zones);

}  // namespace everynode::rollout
