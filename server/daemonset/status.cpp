#include "everynode/daemonset/status.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "everynode/daemonset/conditions.hpp"
#include "everynode/daemonset/show.hpp"

namespace everynode::daemonset {

StatusNow status_of(const Situation& situation) {
  StatusNow out;
  objects::DaemonSetStatus& status = out.status;
  status.observed_generation = situation.daemon_set().generation;
  for (const NodePods& pods : situation.nodes) {
    if (!pods.node->exists) continue;
    const NodePod* first = pods.first();
    if (!pods.desired()) {
      status.number_misscheduled += first != nullptr ? 1 : 0;
      continue;
    }
    ++status.desired_number_scheduled;
    if (first == nullptr) continue;
    ++status.current_number_scheduled;
    if (first->of_revision()) ++status.updated_number_scheduled;
    if (!first->pod->ready) continue;
    ++status.number_ready;
    if (first->available) {
      ++status.number_available;
    } else {
      objects::earliest(out.again_at, situation.available_at(*first));
    }
  }
  status.number_unavailable = status.desired_number_scheduled - status.number_available;
  return out;
}

std::optional<StatusChange> change_of(const objects::DaemonSet& daemon_set, const objects::DaemonSetStatus& counters,
                                      std::vector<objects::Condition> conditions, objects::Time now) {
  StatusChange change{.counters = counters, .conditions = {}, .removed = {}, .words_only = true};
  for (const objects::Condition& told : daemon_set.conditions) {
    const bool stays = std::ranges::find(conditions, told.type, &objects::Condition::type) != conditions.end();
    if (!stays && is_ours(told)) change.removed.push_back(told.type);
  }
  for (objects::Condition& wanted : conditions) {
    const auto told = std::ranges::find(daemon_set.conditions, wanted.type, &objects::Condition::type);
    const bool known = told != daemon_set.conditions.end();
    if (known && !is_ours(*told)) continue;
    const bool stays = known && told->status == wanted.status;
    wanted.last_transition_time =
        stays ? told->last_transition_time : objects::to_rfc3339(std::chrono::floor<std::chrono::seconds>(now));
    if (known && wanted == *told) continue;
    change.words_only = change.words_only && stays && told->reason == wanted.reason;
    change.conditions.push_back(std::move(wanted));
  }
  const bool same = counters == daemon_set.status;
  if (same && change.conditions.empty() && change.removed.empty()) return std::nullopt;
  change.words_only = change.words_only && same && change.removed.empty();
  return change;
}

std::string status_patch(const StatusChange& change, std::string_view resource_version) {
  // What is 0 must be said: a field that is left out of a merge patch stays as it was.
  nlohmann::ordered_json patch{{"metadata", {{"resourceVersion", resource_version}}}};
  patch["status"] = show(change);
  // Conditions merge by their type.
  for (const std::string& type : change.removed) {
    patch["status"]["conditions"].push_back({{"$patch", "delete"}, {"type", type}});
  }
  return patch.dump();
}

}  // namespace everynode::daemonset
