/// `everynode rollout ...`: its verbs and their options.
#pragma once

#include "common_options.hpp"
#include "explain.hpp"
#include "rollout_change.hpp"
#include "rollout_history.hpp"
#include "rollout_status.hpp"

namespace everynode::cli {

struct RolloutSettings {
  RolloutWatchSettings watch;
  RolloutStatusSettings status;
  RolloutHistorySettings history;
  RolloutChangeSettings pause{.change = RolloutChange::pause};
  RolloutChangeSettings resume{.change = RolloutChange::resume};
  RolloutChangeSettings promote{.change = RolloutChange::promote};
  RolloutChangeSettings undo{.change = RolloutChange::undo};
  RolloutChangeSettings retry{.change = RolloutChange::retry};
};

/// `settings` and `chosen` must live as long as `app`.
void add_rollout(CLI::App& app, RolloutSettings& settings, Verb& chosen);

}  // namespace everynode::cli
