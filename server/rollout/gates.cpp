#include "everynode/rollout/gates.hpp"

#include <algorithm>
#include <numeric>

namespace everynode::rollout {
namespace {

/// Of a revision that was complete before. It stays so, whatever its pods do afterwards: what joins or crashes is no
/// rollout. But one that comes back is complete only when its last pod is available. That it came back, the nodes do
/// not tell any more once their old pods have gone: the status does, as long as it says so. `told`: what it says;
/// `expected`: nodes that should have an available pod.
Phase phase_of_complete(const Progress& progress, const objects::DaemonSetRollout& told, std::string_view revision,
                        std::int64_t expected) {
  if (progress.outdated > 0) return Phase::rolling;
  const auto says = [&told](Phase phase) { return told.phase == name_of(phase); };
  const bool came_back = told.revision != revision || says(Phase::rolling_back);
  const bool stays = told.phase.empty() || (says(Phase::complete) && told.revision == revision);
  if (stays || progress.updated >= expected) return Phase::complete;
  return came_back ? Phase::rolling_back : Phase::rolling;
}

}  // namespace

std::string_view name_of(Phase phase) {
  switch (phase) {
    case Phase::complete:
      return "Complete";
    case Phase::rolling:
      return "Rolling";
    case Phase::soaking:
      return "Soaking";
    case Phase::held:
      return "Held";
    case Phase::paused:
      return "Paused";
    case Phase::outside_window:
      return "OutsideWindow";
    case Phase::failed:
      return "Failed";
    case Phase::rolling_back:
      return "RollingBack";
  }
  return "";
}

const objects::DaemonSetRollout* remembered(const objects::RolloutPolicy& policy, std::string_view daemon_set) {
  const auto& all = policy.status.daemon_sets;
  const auto found = std::ranges::find(all, daemon_set, &objects::DaemonSetRollout::name);
  return found == all.end() ? nullptr : &*found;
}

Gates::Gates(const objects::RolloutPolicy& policy, std::string_view daemon_set, std::string_view revision)
    : policy_(policy), daemon_set_(daemon_set), revision_(revision), known_(remembered(policy, daemon_set)) {
  was_complete_ = known_ != nullptr && !revision.empty() && known_->last_complete_revision == revision;
  // A wave that is on hold holds also while no node is in it: a mistake in its labels must not open all others.
  for (std::size_t i = 0; i < policy.waves.size(); ++i) {
    if (policy.waves[i].by.empty()) waves_.try_emplace({.wave = static_cast<std::uint32_t>(i), .part = {}});
  }
}

WaveProgress& Gates::find(const Place& place) {
  WaveProgress& wave = waves_[place];
  if (place.number == 0) return wave;
  if (place.number >= by_number_.size()) by_number_.resize(place.number + 1);
  by_number_[place.number] = &wave;
  return wave;
}

Progress Gates::progress(objects::Time now, const Circumstances& circumstances) const {
  Progress progress = counted(now, circumstances.by_overlays);
  stop(circumstances, progress);
  return progress;
}

Progress Gates::counted(objects::Time now, bool by_overlays) const {
  Progress progress = at_the_first_that_waits(now);
  progress.desired = late_.desired + desired_;
  progress.updated = late_.updated;
  progress.deferred = deferred_;
  progress.deferred_outdated = deferred_outdated_;
  progress.failed = failed_;
  progress.outdated = late_.outdated;
  progress.returning = was_complete_ ? returning_ : 0;
  for (const auto& [place, wave] : waves_) {
    progress.desired += wave.desired;
    progress.updated += wave.updated;
    progress.outdated += wave.outdated;
  }
  if (was_complete_ && !by_overlays) {
    progress.phase = phase_of_complete(progress, *known_, revision_, progress.desired - desired_);
    progress.at.reset();
    progress.until.reset();
  }
  return progress;
}

Progress Gates::at_the_first_that_waits(objects::Time now) const {
  // In this wave and those to come; also nodes that came late, which must not slip past a hold.
  std::int64_t outdated = late_.outdated;
  for (const auto& [place, wave] : waves_) outdated += wave.outdated;
  for (const auto& [place, wave] : waves_) {
    outdated -= wave.outdated;
    const objects::Wave* const wanted = wave_of(place);
    Progress here;
    here.phase = Phase::rolling;
    here.at = place;
    here.wave = wave;
    if (wave.updated < wave.desired) return here;
    if (wanted == nullptr) continue;
    const objects::Time soaked = wave.ready_since + wanted->soak;
    if (wave.desired > 0 && soaked > now) {
      here.phase = Phase::soaking;
      here.until = soaked;
      return here;
    }
    here.phase = Phase::held;
    // An outage of all nodes that are to come promotes nothing.
    const bool more = outdated > 0 || last_deferred_ > place;
    if (wanted->hold && more && !is_promoted(place)) return here;
  }
  Progress done;
  if (late_.updated < late_.desired) done.phase = Phase::rolling;
  return done;
}

const objects::Wave* Gates::wave_of(const Place& place) const {
  return place.wave < policy_.waves.size() ? &policy_.waves[place.wave] : nullptr;
}

bool Gates::is_promoted(const Place& place) const {
  const std::string name = name_of(place, policy_.waves);
  return std::ranges::any_of(policy_.status.promoted, [&](const objects::Promotion& one) {
    return one.daemon_set == daemon_set_ && one.wave == name && one.revision == revision_;
  });
}

}  // namespace everynode::rollout
