#include "everynode/inspection/policy_state.hpp"

#include <algorithm>
#include <map>

#include "everynode/rollout/status.hpp"
#include "everynode/rollout/steering.hpp"

namespace everynode::inspection {
namespace {

/// With more waves than this, those in the middle of the ones that are done, or that wait, are only counted.
constexpr std::size_t many_waves = 12;
constexpr std::size_t shown_done = 2;
constexpr std::size_t shown_waiting = 6;

bool is_phase(const objects::DaemonSetRollout& rollout, rollout::Phase phase) {
  return rollout.phase == rollout::name_of(phase);
}

WaveState::Standing standing_of(const rollout::Place& place, const rollout::Progress& progress) {
  if (!progress.at || place < *progress.at) return WaveState::Standing::done;
  return place == *progress.at ? WaveState::Standing::here : WaveState::Standing::waits;
}

/// A wave without nodes is shown only if it is the one that is waited for.
std::vector<WaveState> waves_of(const daemonset::Situation& situation) {
  const std::vector<objects::Wave>& waves = situation.snapshot.policy->waves;
  std::map<rollout::Place, WaveState> found;
  const auto entry = [&](const rollout::Place& place) -> WaveState& {
    WaveState& wave = found[place];
    if (wave.name.empty()) {
      wave.name = rollout::name_of(place, waves);
      wave.standing = standing_of(place, *situation.progress);
    }
    return wave;
  };
  for (std::size_t i = 0; i < situation.nodes.size(); ++i) {
    const daemonset::NodePods& pods = situation.nodes[i];
    if (!pods.desired() || pods.deferred) continue;
    WaveState& wave = entry(situation.snapshot.places[i]);
    ++wave.desired;
    const daemonset::NewAndOld both = pods.new_and_old();
    wave.updated += both.fresh != nullptr && both.fresh->available && both.old == nullptr ? 1 : 0;
  }
  if (situation.progress->at) entry(*situation.progress->at);
  std::vector<WaveState> out;
  out.reserve(found.size());
  for (auto& [place, wave] : found) out.push_back(std::move(wave));
  return out;
}

std::string in_words(std::chrono::seconds left) {
  const auto hours = std::chrono::floor<std::chrono::hours>(left);
  const auto minutes = std::chrono::floor<std::chrono::minutes>(left);
  if (hours.count() > 0) {
    return std::to_string(hours.count()) + " h " + std::to_string((minutes - hours).count()) + " min";
  }
  if (minutes.count() > 0) {
    return std::to_string(minutes.count()) + " min " + std::to_string((left - minutes).count()) + " s";
  }
  return std::to_string(left.count()) + " s";
}

/// "RolloutPolicy network: Soaking, another 4 min 12 s; wave canary soaks until ...".
std::string first_line(const PolicyState& state, objects::Time now) {
  std::string line = "RolloutPolicy " + state.name;
  if (!state.refused.empty()) return line + " does not serve it: " + state.refused;
  line += ": " + (state.rollout.phase.empty() ? std::string("nothing known yet") : state.rollout.phase);
  if (state.until && *state.until > now) {
    line += ", another " + in_words(std::chrono::ceil<std::chrono::seconds>(*state.until - now));
  }
  return state.rollout.message.empty() ? line : line + "; " + state.rollout.message;
}

std::string wave_line(const WaveState& wave, std::size_t width) {
  std::string name = wave.name;
  name.resize(std::max(name.size(), width), ' ');
  return "  " + name + "  " + std::to_string(wave.updated) + "/" + std::to_string(wave.desired) + "  " +
         std::string(name_of(wave.standing));
}

std::string counted(std::size_t count, std::string_view what) {
  return "  " + std::to_string(count) + (count == 1 ? " more wave " : " more waves ") + std::string(what);
}

void add_waves(const std::vector<WaveState>& waves, std::vector<std::string>& lines) {
  if (waves.size() < 2) return;  // the rest of the nodes, which are all of them
  const auto is_done = [](const WaveState& wave) { return wave.standing == WaveState::Standing::done; };
  const auto done = static_cast<std::size_t>(std::ranges::count_if(waves, is_done));
  const std::size_t begin = waves.size() > many_waves && done > shown_done ? done - shown_done : 0;
  const std::size_t end = waves.size() > many_waves ? std::min(waves.size(), done + 1 + shown_waiting) : waves.size();
  std::size_t width = 0;
  for (std::size_t i = begin; i < end; ++i) width = std::max(width, waves[i].name.size());
  if (begin > 0) lines.push_back(counted(begin, begin == 1 ? "is done" : "are done"));
  for (std::size_t i = begin; i < end; ++i) lines.push_back(wave_line(waves[i], width));
  if (end < waves.size()) lines.push_back(counted(waves.size() - end, waves.size() - end == 1 ? "waits" : "wait"));
}

void add_nodes(std::string_view what, const std::vector<objects::NodeRemark>& nodes, std::int64_t count,
               std::vector<std::string>& lines) {
  if (count == 0) return;
  std::string line = "  " + std::string(what) + " " + std::to_string(count);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    line += (i == 0 ? ": " : ", ") + nodes[i].name + " (" + nodes[i].reason + ")";
  }
  const auto more = count - std::ssize(nodes);
  if (!nodes.empty() && more > 0) line += " and " + std::to_string(more) + " more";
  lines.push_back(std::move(line));
}

}  // namespace

std::string_view name_of(WaveState::Standing standing) {
  switch (standing) {
    case WaveState::Standing::done:
      return "done";
    case WaveState::Standing::here:
      return "here";
    case WaveState::Standing::waits:
      return "waits";
  }
  return "";
}

PolicyState policy_state(const daemonset::Situation& situation, std::string_view revision) {
  const objects::RolloutPolicy& policy = *situation.snapshot.policy;
  PolicyState state = told_state(policy, situation.daemon_set().name, revision);
  if (!state.refused.empty() || !situation.progress) return state;
  state.rollout = rollout::rollout_of(policy, situation.daemon_set().name, revision, *situation.progress);
  state.until = situation.progress->until;
  state.waves = waves_of(situation);
  return state;
}

PolicyState told_state(const objects::RolloutPolicy& policy, std::string_view daemon_set, std::string_view revision) {
  PolicyState state;
  state.name = policy.name;
  state.refused = rollout::why_refused(policy, daemon_set);
  if (!state.refused.empty()) return state;
  state.objection = rollout::objection_to(policy);
  state.paused = policy.paused;
  state.looked_at = policy.status.observed_generation == policy.generation;
  const objects::DaemonSetRollout* const told = rollout::remembered(policy, daemon_set);
  if (told != nullptr && told->revision == revision) state.rollout = *told;
  return state;
}

bool is_complete(const PolicyState& state) {
  if (!state.refused.empty() || !is_phase(state.rollout, rollout::Phase::complete)) return false;
  // A revision that was complete before stays so, whatever its pods do; whoever waits for a rollout waits for these
  // too.
  if (state.waves.empty()) return state.rollout.updated + state.rollout.deferred >= state.rollout.desired;
  return std::ranges::all_of(state.waves, [](const WaveState& wave) { return wave.updated >= wave.desired; });
}

std::string waits_for(const PolicyState& state) {
  if (!state.refused.empty()) return {};
  const bool goes_on =
      is_phase(state.rollout, rollout::Phase::rolling) || is_phase(state.rollout, rollout::Phase::complete);
  return goes_on || state.rollout.phase.empty() ? std::string{} : state.rollout.message;
}

std::vector<std::string> lines_of(const PolicyState& state, objects::Time now) {
  std::vector<std::string> lines{first_line(state, now)};
  if (state.refused.empty()) {
    add_waves(state.waves, lines);
    add_nodes("deferred", state.rollout.deferred_nodes, state.rollout.deferred, lines);
    add_nodes("failed", state.rollout.failed_nodes, state.rollout.failed, lines);
    if (!state.objection.empty()) lines.push_back("  not accepted: " + state.objection);
    if (!state.looked_at) {
      lines.emplace_back(
          "  no reconciler has looked at it yet: one runs with everynode reconciler --mode takeover or companion");
    }
  }
  for (const std::string& rival : state.rivals) {
    lines.push_back("  RolloutPolicy " + rival + " selects it too, and does not serve it: " + state.name + " is older");
  }
  return lines;
}

}  // namespace everynode::inspection
