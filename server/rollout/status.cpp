#include "everynode/rollout/status.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "everynode/objects/conditions.hpp"

namespace everynode::rollout {
namespace {

using Json = nlohmann::ordered_json;
using objects::Condition;
using objects::condition;
using objects::DaemonSetRollout;

std::string of_nodes(std::int64_t count, std::int64_t all) {
  return std::to_string(count) + " of " + std::to_string(all) + (all == 1 ? " node" : " nodes");
}

/// "n1 (NotReady since ...), n2 (draining) and 7 more".
std::string to_text(const std::vector<objects::NodeRemark>& nodes, std::int64_t count) {
  std::string text;
  for (const objects::NodeRemark& node : nodes) {
    text += (text.empty() ? "" : ", ") + node.name + " (" + node.reason + ")";
  }
  const auto more = count - std::ssize(nodes);
  return more > 0 ? text + " and " + std::to_string(more) + " more" : text;
}

std::string failure_text(const DaemonSetRollout& rollout, const Progress& progress) {
  return of_nodes(progress.failed, progress.desired) + " failed, more than spec.failure.maxFailedNodes" +
         (rollout.failed_nodes.empty() ? "" : ": " + to_text(rollout.failed_nodes, progress.failed));
}

/// Why nothing goes on, or what goes back.
std::string stop_text(const DaemonSetRollout& rollout, const Progress& progress) {
  const objects::FailedRevision* const before = failure_of(&rollout, rollout.revision);
  const std::string why = progress.refused && before != nullptr ? rollout.revision + " failed (" + before->message + ")"
                                                                : failure_text(rollout, progress);
  return why + "; " + progress.remedy;
}

std::string closed_text(const Progress& progress) {
  if (!progress.until) return "outside of spec.windows, of which none will open";
  return "outside of spec.windows until " + progress.until_local + " (" +
         objects::to_rfc3339(std::chrono::ceil<std::chrono::seconds>(*progress.until)) + ")";
}

std::string paused_text(const objects::RolloutPolicy& policy) {
  if (!policy.readable) return "this version of Everynode does not understand the policy";
  return policy.paused ? "spec.paused is true" : "an annotation suspends the DaemonSet";
}

std::string message_of(const objects::RolloutPolicy& policy, const DaemonSetRollout& rollout,
                       const Progress& progress) {
  const std::string wave = "wave " + rollout.wave;
  const std::string all = rollout.revision + " is available on " + of_nodes(progress.updated, progress.desired);
  switch (progress.phase) {
    case Phase::complete:
      if (progress.deferred == 0) return all;
      return all + ", deferred on " + std::to_string(progress.deferred) + ": " +
             to_text(rollout.deferred_nodes, progress.deferred);
    case Phase::rolling:
      if (!progress.at) return all;
      return wave + ": " + rollout.revision + " is available on " +
             of_nodes(progress.wave.updated, progress.wave.desired);
    case Phase::soaking:
      return wave + " soaks until " + objects::to_rfc3339(std::chrono::ceil<std::chrono::seconds>(*progress.until));
    case Phase::held:
      return wave + " is on hold until somebody promotes it: everynode rollout promote ds/" + rollout.name + " -n " +
             policy.namespace_;
    case Phase::paused:
      return paused_text(policy) + "; " + all;
    case Phase::outside_window:
      return closed_text(progress) + "; " + all;
    case Phase::failed:
      return stop_text(rollout, progress);
    case Phase::rolling_back:
      return progress.remedy.empty() ? "goes back: " + all : stop_text(rollout, progress);
  }
  return {};
}

/// Those that wait for somebody come before those that go on by themselves.
std::size_t urgency(const DaemonSetRollout& rollout) {
  constexpr std::array<Phase, 8> order{Phase::complete,     Phase::rolling, Phase::soaking, Phase::outside_window,
                                       Phase::rolling_back, Phase::paused,  Phase::held,    Phase::failed};
  const auto found = std::ranges::find(order, rollout.phase, [](Phase phase) { return name_of(phase); });
  return static_cast<std::size_t>(found - order.begin()) % order.size();
}

/// A mistake in a label opens the waves behind it, so people have to see it.
std::string waves_without_nodes_text(const objects::RolloutPolicy& policy, const Progress& progress) {
  std::string text;
  for (const std::uint32_t index : progress.without_nodes) {
    const objects::Wave& wave = policy.waves[index];
    text += "; wave " + wave.name + " has no nodes: none that is left to it has the label " + wave.by;
  }
  return text;
}

Condition accepted(const objects::RolloutPolicy& policy, std::span<const Selected> selected, std::string problem) {
  if (!policy.readable) {
    return condition("Accepted", "False", "Unreadable",
                     "this version of Everynode does not understand it, so nothing is rolled out where no other policy "
                     "serves: upgrade Everynode, or use what it knows");
  }
  if (!problem.empty()) return condition("Accepted", "False", "UnknownTimeZone", std::move(problem));
  std::string conflicts;
  std::size_t served = 0;
  std::string refused;
  for (const Selected& one : selected) {
    if (!one.refused.empty()) refused += (refused.empty() ? "" : "; ") + one.refused;
    if (one.served_by.empty()) {
      served += one.refused.empty() ? 1 : 0;
    } else {
      conflicts += (conflicts.empty() ? "" : ", ") + one.name + " by " + one.served_by;
    }
  }
  if (!conflicts.empty()) {
    return condition("Accepted", "False", "Conflicted",
                     "older policies select the same DaemonSets and serve them (" + conflicts +
                         "): change a spec.selector so that each DaemonSet has one policy");
  }
  if (!refused.empty()) return condition("Accepted", "False", "NotServed", std::move(refused));
  if (served == 0) {
    return condition("Accepted", "True", "NothingSelected",
                     "no DaemonSet of this namespace has the labels of spec.selector");
  }
  return condition("Accepted", "True", "Accepted",
                   "serves " + std::to_string(served) + (served == 1 ? " DaemonSet" : " DaemonSets"));
}

Condition progressing(const DaemonSetRollout* worst) {
  if (worst == nullptr) {
    return condition("Progressing", "Unknown", "NothingServed", "it serves no DaemonSet: Accepted says why");
  }
  if (worst->phase.empty()) {
    return condition("Progressing", "Unknown", "NothingKnown", "no DaemonSet has been looked at yet");
  }
  constexpr std::array<Phase, 3> waiting{Phase::held, Phase::paused, Phase::failed};
  const bool waits =
      std::ranges::find(waiting, worst->phase, [](Phase phase) { return name_of(phase); }) != waiting.end();
  return condition("Progressing", waits ? "False" : "True", worst->phase, worst->name + ": " + worst->message);
}

Condition degraded(const objects::RolloutPolicyStatus& status) {
  std::string text;
  for (const DaemonSetRollout& one : status.daemon_sets) {
    if (one.failed == 0) continue;
    text += (text.empty() ? "" : "; ") + one.name + " failed on " + to_text(one.failed_nodes, one.failed);
  }
  if (text.empty()) return condition("Degraded", "False", "AsExpected", "no node has failed");
  return condition("Degraded", "True", "NodesFailed", std::move(text));
}

/// What is promoted for revisions that are no longer rolled out does not count any more, and goes.
bool counts(const objects::Promotion& promotion, const objects::RolloutPolicyStatus& status) {
  return std::ranges::any_of(status.daemon_sets, [&](const DaemonSetRollout& one) {
    return one.name == promotion.daemon_set && (one.revision.empty() || one.revision == promotion.revision);
  });
}

using Failures = std::vector<objects::FailedRevision>;

/// Of a DaemonSet that the policy does not serve now: it may serve it again in a minute.
void keep_memory(const objects::RolloutPolicy& policy, std::string_view daemon_set,
                 std::vector<DaemonSetRollout>& out) {
  const DaemonSetRollout* const known = remembered(policy, daemon_set);
  if (known == nullptr || (known->last_complete_revision.empty() && known->failed_revisions.empty())) return;
  DaemonSetRollout& kept = out.emplace_back();
  kept.name = known->name;
  kept.last_complete_revision = known->last_complete_revision;
  kept.failed_revisions = known->failed_revisions;
}

void remember(std::int64_t generation, std::string why, DaemonSetRollout& rollout) {
  constexpr std::size_t most = 10;
  Failures& failures = rollout.failed_revisions;
  if (failures.size() >= most) failures.erase(failures.begin(), failures.end() - (most - 1));
  failures.push_back({.revision = rollout.revision, .generation = generation, .message = std::move(why)});
}

Json show(const DaemonSetRollout& rollout) {
  Json out{{"name", rollout.name}};
  const auto add = [&](const char* name, const std::string& text) {
    if (!text.empty()) out[name] = text;
  };
  add("revision", rollout.revision);
  add("phase", rollout.phase);
  add("wave", rollout.wave);
  out["desired"] = rollout.desired;
  out["updated"] = rollout.updated;
  out["deferred"] = rollout.deferred;
  out["failed"] = rollout.failed;
  for (const auto& [name, nodes] :
       {std::pair("deferredNodes", &rollout.deferred_nodes), std::pair("failedNodes", &rollout.failed_nodes)}) {
    for (const objects::NodeRemark& node : *nodes) out[name].push_back({{"name", node.name}, {"reason", node.reason}});
  }
  add("lastCompleteRevision", rollout.last_complete_revision);
  for (const objects::FailedRevision& one : rollout.failed_revisions) {
    out["failedRevisions"].push_back(
        {{"revision", one.revision}, {"generation", one.generation}, {"message", one.message}});
  }
  add("message", rollout.message);
  return out;
}

}  // namespace

DaemonSetRollout rollout_of(const objects::RolloutPolicy& policy, std::string_view daemon_set,
                            std::string_view revision, const Progress& progress) {
  const DaemonSetRollout* const known = remembered(policy, daemon_set);
  DaemonSetRollout rollout{.name = std::string(daemon_set),
                           .revision = std::string(revision),
                           .phase = std::string(name_of(progress.phase)),
                           .wave = progress.at ? name_of(*progress.at, policy.waves) : std::string{},
                           .desired = progress.desired,
                           .updated = progress.updated,
                           .deferred = progress.deferred,
                           .failed = progress.failed,
                           .deferred_nodes = progress.deferred_nodes,
                           .failed_nodes = progress.failed_nodes,
                           .last_complete_revision = known == nullptr ? std::string{} : known->last_complete_revision,
                           .failed_revisions = known == nullptr ? Failures{} : known->failed_revisions,
                           .message = {}};
  // Where most nodes are deferred, as in an outage, too few have seen it run: that is nothing to go back to.
  const bool proved = progress.updated > 0 && progress.updated >= progress.deferred_outdated;
  if (progress.phase == Phase::complete && proved) {
    rollout.last_complete_revision = revision;
    std::erase_if(rollout.failed_revisions, [&](const auto& one) { return one.revision == revision; });
  }
  if (progress.records) remember(*progress.records, failure_text(rollout, progress), rollout);
  rollout.message = message_of(policy, rollout, progress) + waves_without_nodes_text(policy, progress);
  if (progress.unfitted > 0)
    rollout.message +=
        "; outdated by overlays: " + std::to_string(progress.unfitted) + (progress.unfitted == 1 ? " pod" : " pods");
  return rollout;
}

objects::RolloutPolicyStatus status_of(const objects::RolloutPolicy& policy, std::span<const Selected> selected,
                                       objects::Time now, std::string problem) {
  objects::RolloutPolicyStatus status;
  status.observed_generation = policy.generation;
  const DaemonSetRollout* worst = nullptr;
  std::int64_t desired = 0;
  std::int64_t updated = 0;
  status.daemon_sets.reserve(selected.size());
  for (const Selected& one : selected) {
    if (!one.served_by.empty() || !one.refused.empty()) {
      keep_memory(policy, one.name, status.daemon_sets);
      continue;
    }
    const DaemonSetRollout* const known = one.rollout ? &*one.rollout : remembered(policy, one.name);
    DaemonSetRollout& told = status.daemon_sets.emplace_back();
    if (known != nullptr) told = *known;
    told.name = one.name;
    desired += told.desired;
    updated += told.updated;
    if (worst == nullptr || urgency(told) > urgency(*worst)) worst = &told;
  }
  if (worst != nullptr) {
    status.phase = worst->phase;
    status.wave = worst->wave;
    status.progress = std::to_string(updated) + "/" + std::to_string(desired);
  }
  for (const objects::Promotion& one : policy.status.promoted) {
    if (counts(one, status)) status.promoted.push_back(one);
  }
  status.conditions = {accepted(policy, selected, std::move(problem)), progressing(worst), degraded(status)};
  for (Condition& condition : status.conditions) set_transition_time(condition, policy.status.conditions, now);
  return status;
}

std::string status_patch(const objects::RolloutPolicy& policy, const objects::RolloutPolicyStatus& status) {
  Json out{{"observedGeneration", status.observed_generation},
           {"phase", status.phase},
           {"wave", status.wave},
           {"progress", status.progress},
           {"daemonSets", Json::array()},
           {"promoted", Json::array()},
           {"conditions", objects::to_json(status.conditions)}};
  for (const DaemonSetRollout& one : status.daemon_sets) out["daemonSets"].push_back(show(one));
  for (const objects::Promotion& one : status.promoted) {
    out["promoted"].push_back({{"daemonSet", one.daemon_set}, {"wave", one.wave}, {"revision", one.revision}});
  }
  return Json{{"metadata", {{"resourceVersion", policy.resource_version}}}, {"status", std::move(out)}}.dump();
}

}  // namespace everynode::rollout
