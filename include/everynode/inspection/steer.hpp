/// Carries out what a person wants of a DaemonSet's rollout.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/inspection/conversation.hpp"
#include "everynode/sync/steer.hpp"

namespace everynode::inspection {

enum class DryRun : std::uint8_t { none, server };

struct SteerOptions {
  DryRun dry_run = DryRun::none;
  std::string_view program = "everynode";  ///< its name in what is said
};

/// Why nothing was done.
struct NotSteered {
  std::string why;      ///< one line for people; foreign text in it is not escaped yet
  bool unread = false;  ///< the objects cannot be read; else: it cannot be, or the API server refuses
};

struct SteerOutcome {
  std::expected<std::string, NotSteered> done;  ///< what was done, in one line
  std::vector<std::string> warnings;            ///< ours, then the API server's
};

/// Reads the DaemonSet of this name, decides and writes; begins anew, a few times, if somebody else was faster (409).
[[nodiscard]] SteerOutcome steer(Conversation& conversation, const std::string& name, const sync::Wish& wish,
                                 const SteerOptions& options = {});

}  // namespace everynode::inspection
