#include "node_health.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace everynode::objects {

void take_condition(const NodeCondition& condition, NodeHealth& out) {
  constexpr std::array<std::pair<std::string_view, Absence>, 4> lifecycle{
      {{"GracefulNodeShutdownInProgress", Absence::shutting_down},
       {"DrainInProgress", Absence::draining},
       {"Drained", Absence::draining},
       {"MaintenanceInProgress", Absence::maintenance}}};
  if (condition.type == "Ready") {
    out.ready = condition.status == "True";
    out.ready_changed = condition.changed;
  }
  const auto known = std::ranges::find(lifecycle, condition.type, [](const auto& one) { return one.first; });
  if (known != lifecycle.end() && condition.status == "True") out.absence = std::max(out.absence, known->second);
}

void finish_health(const std::vector<Taint>& taints, Time created, bool terminating, NodeHealth& out) {
  out.created = created;
  if (std::ranges::find(taints, out_of_service_taint, &Taint::key) != taints.end()) {
    out.absence = Absence::out_of_service;
  }
  if (terminating) out.absence = Absence::deleted;
}

std::string to_text(const NodeHealth& health) {
  switch (health.absence) {
    case Absence::deleted:
      return "being deleted";
    case Absence::out_of_service:
      return "out of service";
    case Absence::shutting_down:
      return "shutting down";
    case Absence::draining:
      return "draining";
    case Absence::maintenance:
      return "in maintenance";
    case Absence::none:
      break;
  }
  if (health.ready) return {};
  if (health.ready_changed == Time{}) return "NotReady";
  return "NotReady since " + to_rfc3339(std::chrono::floor<std::chrono::seconds>(health.ready_changed));
}

}  // namespace everynode::objects
