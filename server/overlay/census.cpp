#include "everynode/overlay/census.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "everynode/objects/conditions.hpp"

namespace everynode::overlay {
namespace {

using Json = nlohmann::ordered_json;
using objects::Condition;
using objects::condition;

constexpr std::string_view api_refused = "the API server refuses the pod with it";

std::string counted(std::int64_t count, std::string_view what) {
  return std::to_string(count) + " " + std::string(what) + (count == 1 ? "" : "s");
}

Condition accepted(const OverlayStatus& status) {
  if (status.refused > 0) {
    std::string why;
    for (const RefusalSummary& one : status.refusals) {
      why += (why.empty() ? "" : "; ") + one.reason + " (" + counted(one.pods, "pod") + ", as " + one.pod + ")";
    }
    return condition("Accepted", "False", "LeftOut",
                     "it is left out of " + counted(status.refused, "pod") + ": " + why);
  }
  if (status.daemon_sets == 0)
    return condition("Accepted", "True", "NothingSelected",
                     "no DaemonSet of this namespace makes pods with the labels of spec.daemonSets");
  return condition("Accepted", "True", "Accepted",
                   "it is about the pods of " + counted(status.daemon_sets, "DaemonSet"));
}

Condition applied(const OverlayStatus& status) {
  if (status.refused > 0 && status.pods == 0 && status.outdated == 0)
    return condition("Applied", "False", "LeftOut", "it is in no pod: it is left out of all that it selects");
  if (status.outdated == 0)
    return condition("Applied", "True", "AsWanted", "it is in " + counted(status.pods, "pod") + ", as it should be");
  return condition("Applied", "False", "PodsOutdated",
                   counted(status.outdated, "pod") +
                       " would get something else of it now: a RolloutPolicy replaces them, "
                       "or whoever restarts the DaemonSet");
}

}  // namespace

void Census::Count::refuse(const std::string& reason, const std::string& pod) {
  ++refused;
  RefusalSummary& summary = refusals[reason];
  summary.reason = reason;
  ++summary.pods;
  if (summary.pod.empty() || pod < summary.pod) summary.pod = pod;
}

Census::Census(const Known& known, std::string_view name_space) : known_(known), name_space_(name_space) {
  for (const DaemonSetOverlay& overlay : known.catalog.of(name_space)) counts_.try_emplace(overlay.name);
}

Census::Count* Census::find(std::string_view overlay) {
  const auto found = counts_.find(overlay);
  return found == counts_.end() ? nullptr : &found->second;
}

void Census::add_daemon_set(const objects::Labels& labels) {
  for (const DaemonSetOverlay& overlay : known_.catalog.of(name_space_)) {
    if (matches(overlay.daemon_sets, labels)) ++find(overlay.name)->daemon_sets;
  }
}

void Census::add(const objects::DaemonPod& pod, const Audit& audit) {
  if (!pod.admitted) return;
  const auto is = entries_of(pod.admitted->overlays);
  const auto should = entries_of(audit.wanted);
  for (const auto& entry : is) {
    Count* const count = find(entry.first);
    if (count == nullptr) continue;
    ++count->pods;
    if (std::ranges::find(should, entry) == should.end()) ++count->outdated;
  }
  for (const auto& [name, hash] : should) {
    const bool there = std::ranges::any_of(is, [&](const auto& entry) { return entry.first == name; });
    if (Count* const count = find(name); count != nullptr && !there) ++count->outdated;
  }
  for (const Refusal& refusal : audit.refusals) {
    if (Count* const count = find(refusal.overlay)) count->refuse(refusal.reason, pod.name);
  }
  for (const auto& entry : entries_of(pod.admitted->refused)) {
    if (Count* const count = find(entry.first)) count->refuse(std::string(api_refused), pod.name);
  }
}

OverlayStatus Census::status_of(const DaemonSetOverlay& overlay, objects::Time now) const {
  constexpr std::size_t most = 5;
  OverlayStatus status;
  status.observed_generation = overlay.generation;
  if (const auto found = counts_.find(overlay.name); found != counts_.end()) {
    const Count& count = found->second;
    status.daemon_sets = count.daemon_sets;
    status.pods = count.pods;
    status.outdated = count.outdated;
    status.refused = count.refused;
    for (const auto& [reason, summary] : count.refusals) status.refusals.push_back(summary);
    std::ranges::sort(status.refusals, {}, [](const RefusalSummary& one) { return std::pair(-one.pods, one.reason); });
    status.refusals.resize(std::min(status.refusals.size(), most));
  }
  status.conditions = {accepted(status), applied(status)};
  for (Condition& one : status.conditions) set_transition_time(one, overlay.status.conditions, now);
  return status;
}

OverlayStatus unreadable_status(OverlayStatus told, std::string_view problem, objects::Time now) {
  Condition accepted =
      condition("Accepted", "False", "Unreadable",
                "it cannot be read, so new pods have what it said before, or nothing of it: " + std::string(problem));
  set_transition_time(accepted, told.conditions, now);
  const auto before = std::ranges::find(told.conditions, "Accepted", &Condition::type);
  if (before == told.conditions.end()) {
    told.conditions.insert(told.conditions.begin(), std::move(accepted));
  } else {
    *before = std::move(accepted);
  }
  return told;
}

std::string status_patch(const DaemonSetOverlay& overlay, const OverlayStatus& status) {
  Json out{{"observedGeneration", status.observed_generation},
           {"daemonSets", status.daemon_sets},
           {"pods", status.pods},
           {"outdated", status.outdated},
           {"refused", status.refused},
           {"refusals", Json::array()},
           {"conditions", objects::to_json(status.conditions)}};
  for (const RefusalSummary& one : status.refusals) {
    out["refusals"].push_back({{"reason", one.reason}, {"pods", one.pods}, {"pod", one.pod}});
  }
  return Json{{"metadata", {{"uid", overlay.uid}}}, {"status", std::move(out)}}.dump();
}

}  // namespace everynode::overlay
