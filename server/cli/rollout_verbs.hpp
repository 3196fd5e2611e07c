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
  RolloutChangeSettings pause{.wish = {.change = sync::RolloutChange::pause}};
  RolloutChangeSettings resume{.wish = {.change = sync::RolloutChange::resume}};
  RolloutChangeSettings promote{.wish = {.change = sync::RolloutChange::promote}};
  RolloutChangeSettings undo{.wish = {.change = sync::RolloutChange::undo}};
  RolloutChangeSettings retry{.wish = {.change = sync::RolloutChange::retry}};
};

/// `settings` and `chosen` must live as long as `app`.
void add_rollout(CLI::App& app, RolloutSettings& settings, Verb& chosen);

}  // namespace everynode::cli
