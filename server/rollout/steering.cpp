#include "everynode/rollout/steering.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "everynode/rollout/gates.hpp"
#include "everynode/rollout/status.hpp"

namespace everynode::rollout {
namespace {

using Json = nlohmann::ordered_json;

std::string full_name(const objects::RolloutPolicy& policy) {
  return "RolloutPolicy " + policy.namespace_ + "/" + policy.name;
}

std::string target(const objects::RolloutPolicy& policy, std::string_view daemon_set) {
  return "ds/" + std::string(daemon_set) + " -n " + policy.namespace_;
}

std::unexpected<std::string> not_understood(const objects::RolloutPolicy& policy) {
  return std::unexpected("this version of everynode does not understand " + full_name(policy) + ": upgrade everynode");
}

/// Who else is stopped by it, or goes on.
std::string and_others(const objects::RolloutPolicy& policy) {
  if (policy.status.daemon_sets.size() < 2) return {};
  std::string names;
  for (const objects::DaemonSetRollout& one : policy.status.daemon_sets) {
    names += (names.empty() ? "" : ", ") + one.name;
  }
  return ", for the DaemonSets " + names;
}

/// The wave with this name; null: there is none.
const objects::Wave* find_wave(const objects::RolloutPolicy& policy, std::string_view name) {
  const auto is_it = [&](const objects::Wave& wave) {
    return wave.by.empty() ? wave.name == name : name.starts_with(wave.name + "/");
  };
  const auto found = std::ranges::find_if(policy.waves, is_it);
  return found == policy.waves.end() ? nullptr : &*found;
}

std::string holding_waves(const objects::RolloutPolicy& policy) {
  std::string names;
  for (const objects::Wave& wave : policy.waves) {
    if (wave.hold) names += (names.empty() ? "" : ", ") + wave.name + (wave.by.empty() ? "" : "/VALUE");
  }
  return names.empty() ? "it has no waves with hold" : "its waves with hold are " + names;
}

/// The wave that is on hold now, as the status tells.
std::expected<std::string, std::string> held_wave(const objects::RolloutPolicy& policy, std::string_view daemon_set,
                                                  std::string_view revision) {
  const objects::DaemonSetRollout* const known = remembered(policy, daemon_set);
  if (known == nullptr || known->revision != revision) {
    return std::unexpected("the status of " + full_name(policy) + " does not tell of " + std::string(revision) +
                           " yet: try again in some seconds, or name the wave with --wave");
  }
  if (known->phase == name_of(Phase::held)) return known->wave;
  const std::string wave = known->wave.empty() ? std::string{} : " at wave " + known->wave;
  return std::unexpected("no wave of " + std::string(daemon_set) + " is on hold: " + full_name(policy) + " is " +
                         known->phase + wave + "; --wave promotes one before it is on hold, and " +
                         holding_waves(policy));
}

}  // namespace

Steered set_paused(const objects::RolloutPolicy& policy, bool paused) {
  if (!policy.readable) return not_understood(policy);
  if (policy.paused == paused) {
    return std::unexpected(full_name(policy) + (paused ? " is paused already" : " is not paused"));
  }
  return Steering{
      .patch = Json{{"spec", {{"paused", paused}}}}.dump(),
      .of_status = false,
      .done = "rolloutpolicy.everynode.dev/" + policy.name + (paused ? " paused" : " resumed") + and_others(policy)};
}

Steered promote(const objects::RolloutPolicy& policy, std::string_view daemon_set, std::string_view revision,
                std::string_view wave) {
  if (!policy.readable) return not_understood(policy);
  const auto chosen =
      wave.empty() ? held_wave(policy, daemon_set, revision) : std::expected<std::string, std::string>(wave);
  if (!chosen) return std::unexpected(chosen.error());
  const objects::Wave* const wanted = find_wave(policy, *chosen);
  if (wanted == nullptr || !wanted->hold) {
    return std::unexpected(full_name(policy) + " has no wave " + *chosen + " with hold: " + holding_waves(policy));
  }
  objects::RolloutPolicyStatus status = policy.status;
  const objects::Promotion promotion{
      .daemon_set = std::string(daemon_set), .wave = *chosen, .revision = std::string(revision)};
  if (std::ranges::find(status.promoted, promotion) != status.promoted.end()) {
    return std::unexpected("wave " + *chosen + " is promoted already for " + promotion.revision);
  }
  std::erase_if(status.promoted, [&](const objects::Promotion& one) {  // the API server wants one entry for each wave
    return one.daemon_set == promotion.daemon_set && one.wave == promotion.wave;
  });
  status.promoted.push_back(promotion);
  return Steering{.patch = status_patch(policy, status),
                  .of_status = true,
                  .done = "daemonset.apps/" + promotion.daemon_set + " wave " + promotion.wave + " promoted for " +
                          promotion.revision};
}

Steered retry(const objects::RolloutPolicy& policy, std::string_view daemon_set, std::string_view revision) {
  if (!policy.readable) return not_understood(policy);
  objects::RolloutPolicyStatus status = policy.status;
  const auto known = std::ranges::find(status.daemon_sets, daemon_set, &objects::DaemonSetRollout::name);
  const std::string none = "nothing to retry: " + std::string(revision) + ", the current revision of " +
                           std::string(daemon_set) + ", was not rolled back";
  if (known == status.daemon_sets.end()) return std::unexpected(none);
  const auto removed =
      std::erase_if(known->failed_revisions, [&](const auto& failed) { return failed.revision == revision; });
  if (removed == 0) {
    if (known->failed_revisions.empty()) return std::unexpected(none);
    return std::unexpected(none + "; " + known->failed_revisions.back().revision +
                           " was: put its template back first, as with everynode rollout undo " +
                           target(policy, daemon_set) + " --to-revision N");
  }
  return Steering{.patch = status_patch(policy, status),
                  .of_status = true,
                  .done = "daemonset.apps/" + std::string(daemon_set) + " revision " + std::string(revision) +
                          " is rolled out again"};
}

std::string objection_to(const objects::RolloutPolicy& policy) {
  const bool told = policy.generation > 0 && policy.status.observed_generation == policy.generation;
  const auto accepted = std::ranges::find(policy.status.conditions, "Accepted", &objects::Condition::type);
  const bool refused = accepted != policy.status.conditions.end() && accepted->status == "False";
  return told && refused ? accepted->reason + ": " + accepted->message : std::string{};
}

std::string why_refused(const objects::RolloutPolicy& policy, std::string_view daemon_set) {
  if (!policy.readable) return "this version of Everynode does not understand it: upgrade everynode";
  return rollout::remembered(policy, daemon_set) == nullptr ? objection_to(policy) : std::string{};
}

std::string nobody_serves(const objects::DaemonSet& daemon_set) {
  std::string labels;
  for (const auto& [key, value] : daemon_set.labels) {
    labels += (labels.empty() ? "" : ", ") + std::string(key) + "=" + std::string(value);
  }
  const std::string has =
      labels.empty() ? "has no labels, so only the selector {} selects it" : "has the labels " + labels;
  return "no RolloutPolicy of namespace " + daemon_set.namespace_ + " selects DaemonSet " + daemon_set.name +
         ": create one whose spec.selector does; it " + has;
}

}  // namespace everynode::rollout
