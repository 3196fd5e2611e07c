#include "everynode/sync/steer.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "everynode/daemonset/undo.hpp"
#include "everynode/rollout/gates.hpp"
#include "everynode/rollout/steering.hpp"
#include "everynode/sync/requests.hpp"

namespace everynode::sync {
namespace {

using Decision = std::expected<Step, std::string>;

constexpr auto names = std::to_array<std::pair<RolloutChange, std::string_view>>({
    {RolloutChange::pause, "pause"},
    {RolloutChange::resume, "resume"},
    {RolloutChange::promote, "promote"},
    {RolloutChange::retry, "retry"},
    {RolloutChange::undo, "undo"},
});

/// It concerns the policy as a whole, and no revision.
bool is_of_policy(RolloutChange change) {
  return change == RolloutChange::pause || change == RolloutChange::resume;
}

/// Empty: the policy serves it, or nothing was told yet.
std::string not_served(const objects::RolloutPolicy& policy, const objects::DaemonSet& daemon_set) {
  const std::string why = rollout::why_refused(policy, daemon_set.name);
  return why.empty() ? why : "RolloutPolicy " + policy.name + " does not serve " + daemon_set.name + ": " + why;
}

/// Another revision than the one that was decided about is none of this wish.
std::expected<void, std::string> check_revision(const Wish& wish, const Steered& steered) {
  const std::string& name = steered.daemon_set.name;
  if (steered.current.empty())
    return std::unexpected("the template of " + name + " has no revision yet: try again in some seconds");
  if (wish.revision.empty() || wish.revision == steered.current) return {};
  return std::unexpected("the current revision of " + name + " is " + steered.current + " by now, not " +
                         wish.revision + ": look again");
}

/// To pause helps the others that the policy serves; the rest would do nothing for a DaemonSet that is not served.
rollout::Steered by_policy(const Wish& wish, const Steered& steered) {
  const objects::RolloutPolicy& policy = *steered.policy;
  const std::string& name = steered.daemon_set.name;
  if (is_of_policy(wish.change)) return rollout::set_paused(policy, wish.change == RolloutChange::pause);
  if (std::string why = not_served(policy, steered.daemon_set); policy.readable && !why.empty())
    return std::unexpected(std::move(why));
  if (auto good = check_revision(wish, steered); !good) return std::unexpected(std::move(good.error()));
  if (wish.change == RolloutChange::retry) return rollout::retry(policy, name, steered.current);
  return rollout::promote(policy, name, steered.current, wish.wave);
}

Decision steer(const Wish& wish, const Steered& steered) {
  if (!steered.has_policies) {
    return std::unexpected(
        "this cluster has no RolloutPolicies: install Everynode's chart with reconciler.mode takeover or companion, "
        "which brings their CustomResourceDefinition");
  }
  if (steered.policy == nullptr) return std::unexpected(rollout::nobody_serves(steered.daemon_set));
  auto steering = by_policy(wish, steered);
  if (!steering) return std::unexpected(std::move(steering.error()));
  Step step{.request = std::nullopt, .done = std::move(steering->done), .warnings = {}};
  if (std::string why = not_served(*steered.policy, steered.daemon_set); !why.empty())
    step.warnings.push_back(std::move(why));
  const kube::Resource& resource = steering->of_status ? kube::rollout_policies_status : kube::rollout_policies;
  const kube::ObjectKey key{.namespace_ = steered.policy->namespace_, .name = steered.policy->name};
  step.request = kube::merge_patch(resource, key, std::move(steering->patch));
  return step;
}

std::vector<std::string> warnings_before_undo(const Steered& steered, const objects::ControllerRevision& to,
                                              std::string_view program) {
  const objects::DaemonSet& daemon_set = steered.daemon_set;
  std::vector<std::string> warnings;
  if (daemon_set.annotations.find("kubectl.kubernetes.io/last-applied-configuration") != nullptr) {
    warnings.emplace_back(
        "it was managed with kubectl apply, whose annotation this does not change: apply the old configuration too");
  }
  const objects::DaemonSetRollout* const known =
      steered.policy == nullptr ? nullptr : rollout::remembered(*steered.policy, daemon_set.name);
  if (rollout::failure_of(known, to.name) != nullptr) {
    warnings.push_back(to.name + " was rolled back before, so nothing moves until " + std::string(program) +
                       " rollout retry ds/" + daemon_set.name + " -n " + daemon_set.namespace_);
  }
  return warnings;
}

/// The patch is the revision itself, byte for byte (requirement 15.3), for the DaemonSet that was read.
Decision undo(const Wish& wish, const Steered& steered, std::string_view program) {
  const objects::DaemonSet& daemon_set = steered.daemon_set;
  const auto found = daemonset::undo_to(daemon_set, steered.history, wish.to_revision);
  if (!found) return std::unexpected(found.error());
  const std::string name = "daemonset.apps/" + daemon_set.name;
  const objects::ControllerRevision& to = *found->to;
  if (found->is_current) {
    return Step{.request = std::nullopt,
                .done = name + " skipped rollback (current template already matches revision " +
                        std::to_string(to.revision) + ")",
                .warnings = {}};
  }
  if (!is_template_patch(to.data)) return std::unexpected("revision " + to.name + " is no template and nothing else");
  const daemonset::RestoreTemplate action{.revision = to.name, .data = to.data};
  return Step{.request = request_of(action, daemon_set),
              .done = name + " rolled back",
              .warnings = warnings_before_undo(steered, to, program)};
}

}  // namespace

std::string_view name_of(RolloutChange change) {
  return std::ranges::find(names, change, &std::pair<RolloutChange, std::string_view>::first)->second;
}

std::optional<RolloutChange> change_of(std::string_view name) {
  const auto found = std::ranges::find(names, name, &std::pair<RolloutChange, std::string_view>::second);
  return found == names.end() ? std::nullopt : std::optional(found->first);
}

bool needs_history(const Wish& wish) {
  return !is_of_policy(wish.change);
}

Decision step_of(const Wish& wish, const Steered& steered, std::string_view program) {
  return wish.change == RolloutChange::undo ? undo(wish, steered, program) : steer(wish, steered);
}

}  // namespace everynode::sync
