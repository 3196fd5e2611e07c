#include "inspection.hpp"

#include <utility>
#include <vector>

#include "everynode/daemonset/history.hpp"

namespace everynode::inspection {
namespace {

/// Who may not list nodes knows those that have a pod; whether they should have it, nobody can tell.
std::vector<daemonset::DaemonNode> nodes_with_pods(const daemonset::Snapshot& snapshot) {
  std::vector<daemonset::DaemonNode> nodes(snapshot.nodes.begin(), snapshot.nodes.end());
  for (daemonset::DaemonNode& node : nodes) {
    node.exists = true;
    node.placement = {.should_run = true, .should_continue = true};
  }
  return nodes;
}

}  // namespace

Inspection inspection_of(const Feeds& feeds, const cache::Key& key) {
  const auto now = std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
  const cache::View view = feeds.store().view(key);
  daemonset::Snapshot snapshot = view.snapshot;
  Inspection inspection{.report = {},
                        .daemon_set = *snapshot.daemon_set,
                        .hash = {},
                        .revision = 0,
                        .refusal = {},
                        .unseen_nodes = feeds.unseen_nodes(),
                        .unseen_events = feeds.unseen_events()};
  if (const objects::ControllerRevision* const revision = daemonset::current_revision(snapshot)) {
    inspection.hash = revision->hash();
    inspection.revision = revision->revision;
  }
  const bool blind = !inspection.unseen_nodes.empty();
  const auto inhabited = blind ? nodes_with_pods(snapshot) : std::vector<daemonset::DaemonNode>{};
  if (blind) snapshot.nodes = inhabited;
  auto refusal = daemonset::refusal_of(snapshot, feeds.events(), now);
  if (refusal) snapshot.refusal = refusal->words;
  const auto known = inspection.unseen_events.empty() ? daemonset::Refusals::known : daemonset::Refusals::unknown;
  inspection.report = daemonset::report(daemonset::Situation(snapshot, inspection.hash, now), feeds.store().nodes(),
                                        feeds.not_ready(), known);
  if (blind) {  // the status knows how many they should be
    inspection.report.desired = inspection.daemon_set.status.desired_number_scheduled;
    inspection.report.counters.desired_number_scheduled = inspection.report.desired;
  }
  if (inspection.report.count(daemonset::NodeState::missing) > 0) inspection.refusal = std::move(refusal);
  return inspection;
}

bool Inspection::rolled_out() const {
  return daemonset::status_is_complete(daemon_set) && report.complete();
}

}  // namespace everynode::inspection
