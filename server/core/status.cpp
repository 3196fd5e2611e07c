#include "everynode/core/status.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "everynode/core/course.hpp"
#include "everynode/core/history.hpp"
#include "everynode/core/show.hpp"

namespace everynode::core {
namespace {

/// The one pod that a node is judged by.
const DaemonPod* first_pod(const DaemonNode& node) {
  const DaemonPod* first = nullptr;
  for (const DaemonPod* pod : node.pods) {
    if (is_gone(*pod)) continue;
    if (first == nullptr || comes_first(*pod, *first)) first = pod;
  }
  return first;
}

}  // namespace

StatusNow status_of(const Snapshot& snapshot, std::string_view hash, Time now) {
  const DaemonSet& daemon_set = *snapshot.daemon_set;
  const IsUpdated is_updated(daemon_set, hash);
  StatusNow out;
  DaemonSetStatus& status = out.status;
  status.observed_generation = daemon_set.generation;
  for (const DaemonNode& node : snapshot.nodes) {
    if (!node.exists) continue;
    const DaemonPod* pod = first_pod(node);
    if (!node.placement.should_run) {
      status.number_misscheduled += pod != nullptr ? 1 : 0;
      continue;
    }
    ++status.desired_number_scheduled;
    if (pod == nullptr) continue;
    ++status.current_number_scheduled;
    if (is_updated(*pod)) ++status.updated_number_scheduled;
    if (!pod->ready) continue;
    ++status.number_ready;
    if (is_available(*pod, daemon_set.min_ready_seconds, now)) {
      ++status.number_available;
    } else {
      earliest(out.again_at, available_at(*pod, daemon_set.min_ready_seconds, now));
    }
  }
  status.number_unavailable = status.desired_number_scheduled - status.number_available;
  return out;
}

std::optional<StatusChange> change_of(const DaemonSet& daemon_set, const DaemonSetStatus& counters,
                                      std::vector<Condition> conditions, Time now) {
  StatusChange change{.counters = counters, .conditions = {}, .removed = {}, .words_only = true};
  if (conditions.empty()) {
    for (const Condition& told : daemon_set.conditions) {
      if (is_ours(told)) change.removed.push_back(told.type);
    }
  }
  for (Condition& wanted : conditions) {
    const auto told = std::ranges::find(daemon_set.conditions, wanted.type, &Condition::type);
    const bool known = told != daemon_set.conditions.end();
    if (known && !is_ours(*told)) continue;
    const bool stays = known && told->status == wanted.status;
    wanted.last_transition_time =
        stays ? told->last_transition_time : to_rfc3339(std::chrono::floor<std::chrono::seconds>(now));
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

}  // namespace everynode::core
