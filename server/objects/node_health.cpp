#include "node_health.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "everynode/codec/json_text.hpp"

namespace everynode::objects {
namespace {

constexpr std::size_t most_of_a_message = 256;

/// What a kubelet says of itself while it lets the node's pods end (`pkg/kubelet/nodeshutdown`, `ReadyCondition`),
/// among other things that may keep it from being ready. Nothing in Kubernetes v1.37 sets the condition of KEP-5683.
bool says_it_shuts_down(const NodeCondition& condition) {
  return condition.status == "False" && condition.reason == "KubeletNotReady" &&
         condition.message.contains("node is shutting down");
}

/// That a node shuts down says most: nothing may be started there.
void take_absence(Absence found, NodeHealth& out) {
  const bool shuts_down = found == Absence::shutting_down || out.absence == Absence::shutting_down;
  out.absence = shuts_down ? Absence::shutting_down : std::max(out.absence, found);
}

}  // namespace

void take_condition(const NodeCondition& condition, NodeHealth& out) {
  constexpr std::array<std::pair<std::string_view, Absence>, 4> lifecycle{
      {{"GracefulNodeShutdownInProgress", Absence::shutting_down},
       {"DrainInProgress", Absence::draining},
       {"Drained", Absence::draining},
       {"MaintenanceInProgress", Absence::maintenance}}};
  if (condition.type == "Ready") {
    out.ready = condition.status == "True";
    out.ready_changed = condition.changed;
    if (says_it_shuts_down(condition)) take_absence(Absence::shutting_down, out);
  }
  const auto known = std::ranges::find(lifecycle, condition.type, [](const auto& one) { return one.first; });
  if (known != lifecycle.end() && condition.status == "True") take_absence(known->second, out);
}

/// False is what a kubelet says of itself. Unknown is what the node lifecycle controller, which has missed it, says.
std::string trouble_in(const NodeCondition& condition) {
  if (condition.type != "Ready") return {};
  if (condition.status == "Unknown") return "its kubelet is silent";
  const std::string_view said = condition.message.empty() ? condition.reason : condition.message;
  if (condition.status == "True" || said.empty()) return {};
  return "its kubelet says: " + std::string(codec::clipped(said, most_of_a_message));
}

void finish_health(const std::vector<Taint>& taints, Time created, bool terminating, NodeHealth& out) {
  out.created = created;
  if (std::ranges::find(taints, out_of_service_taint, &Taint::key) != taints.end()) {
    out.absence = Absence::out_of_service;
  }
  if (terminating && out.absence != Absence::shutting_down) out.absence = Absence::deleted;
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

std::string to_text(const Node& node) {
  std::string text = to_text(node.health);
  if (node.health.absence == Absence::none && !node.trouble.empty()) text += " (" + node.trouble + ")";
  return text;
}

}  // namespace everynode::objects
