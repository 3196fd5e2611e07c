#include "inspection.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "everynode/daemonset/history.hpp"
#include "everynode/daemonset/switch_remarks.hpp"
#include "everynode/rollout/gates.hpp"
#include "everynode/rollout/policies.hpp"
#include "everynode/rollout/steering.hpp"

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

/// Whether somebody would create pods if the API server took them.
bool lacks_pods(const daemonset::Snapshot& snapshot) {
  return !is_suspended(snapshot) && std::ranges::any_of(snapshot.nodes, [](const daemonset::DaemonNode& node) {
    return node.placement.should_run && !node.placement.held && node.pods.empty();
  });
}

/// Policies that select the DaemonSet and leave it to an older one.
std::vector<std::string> rivals_of(const cache::Store& store, const objects::DaemonSet& daemon_set,
                                   const objects::RolloutPolicy& serving) {
  std::vector<std::string> names;
  for (const auto& [key, policy] : store.policies()) {
    if (&policy != &serving && rollout::selects(policy, daemon_set)) names.push_back(policy.name);
  }
  return names;
}

/// What is to be said of a pod that admission would make something else of; empty: nothing.
std::string why_drifted(const cache::Store& store, const objects::DaemonPod& pod) {
  const overlay::Audit audit = store.audit(pod);
  const std::string difference = overlay::difference(pod.admitted->overlays, audit.wanted);
  return (pod.drift == objects::Drift::outdated ? "outdated by overlays: " : "admission let it through as it was: ") +
         difference;
}

/// Says of each node what its pod lacks of overlays, and counts these pods.
void tell_drift(const cache::Store& store, const daemonset::Snapshot& snapshot, Inspection& inspection) {
  if (store.known() == nullptr) return;
  const bool served = snapshot.policy != nullptr;
  for (const daemonset::DaemonNode& node : snapshot.nodes) {
    for (const objects::DaemonPod* pod : node.pods) {
      const bool outdated = pod->drift == objects::Drift::outdated;
      if (!outdated && pod->drift != objects::Drift::unmutated) continue;
      const bool replaced = served && (outdated || snapshot.policy->repair);
      ++(outdated ? inspection.outdated_by_overlays : inspection.unmutated);
      const auto report =
          std::ranges::lower_bound(inspection.report.nodes, node.name.text(), {}, &daemonset::NodeReport::node);
      if (report == inspection.report.nodes.end() || report->node != node.name || report->pod != pod->name) continue;
      report->why = why_drifted(store, *pod) + (report->why.empty() ? "" : "; ") + report->why;
      if (!replaced && report->state == daemonset::NodeState::updated)
        report->why += outdated ? "; it stays until somebody restarts the DaemonSet, or a RolloutPolicy serves it"
                                : "; it stays until somebody restarts the DaemonSet, or a RolloutPolicy with repair "
                                  "serves it";
    }
  }
}

daemonset::Refusals refusals_in(const Seen& seen) {
  return seen.unseen_events.empty() ? daemonset::Refusals::known : daemonset::Refusals::unknown;
}

/// `report_of` makes the report; `then` is called with what the inspection was made from.
template <class ReportOf, class Then>
Inspection inspect(const Seen& seen, const cache::Key& key, objects::Time now, const ReportOf& report_of,
                   const Then& then) {
  const cache::View view = seen.store.view(key);
  daemonset::Snapshot snapshot = view.snapshot;
  Inspection inspection{.seen_at = now,
                        .report = {},
                        .daemon_set = *snapshot.daemon_set,
                        .hash = {},
                        .revision = 0,
                        .refusal = {},
                        .policy = {},
                        .outdated_by_overlays = 0,
                        .unmutated = 0,
                        .switches = {},
                        .unseen_nodes = std::string(seen.unseen_nodes),
                        .unseen_events = std::string(seen.unseen_events),
                        .unseen_policies = std::string(seen.unseen_policies)};
  if (auto remark = daemonset::remark_on(inspection.daemon_set, snapshot.obeys_switches)) {
    inspection.switches = std::move(remark->text);
  }
  std::string revision_name;
  const objects::ControllerRevision* const revision = daemonset::current_revision(snapshot);
  if (revision != nullptr) {
    inspection.hash = revision->hash();
    inspection.revision = revision->revision;
    revision_name = revision->name;
  }
  const bool blind = !inspection.unseen_nodes.empty();
  const auto inhabited = blind ? nodes_with_pods(snapshot) : std::vector<daemonset::DaemonNode>{};
  if (blind) snapshot.nodes = inhabited;
  auto refusal = daemonset::refusal_of(snapshot, seen.events, now);
  if (refusal) snapshot.refusal = refusal->words;
  const objects::RolloutPolicy* const policy = snapshot.policy;
  // Whom it does not serve, and whose nodes nobody knows, is rolled out without it, as far as we can see.
  if (policy != nullptr && (blind || !rollout::why_refused(*policy, key.name).empty())) {
    snapshot.policy = nullptr;
    snapshot.places = {};
  }
  const daemonset::Situation situation(snapshot, inspection.hash, now);
  inspection.report = report_of(situation);
  tell_drift(seen.store, snapshot, inspection);
  if (policy != nullptr) {
    const bool derived = snapshot.policy != nullptr;
    inspection.policy = derived ? policy_state(situation, revision_name) : told_state(*policy, key.name, revision_name);
    inspection.policy->rivals = rivals_of(seen.store, inspection.daemon_set, *policy);
  }
  then(situation, revision, refusal);
  if (blind) {  // the status knows how many they should be
    inspection.report.desired = inspection.daemon_set.status.desired_number_scheduled;
    inspection.report.counters.desired_number_scheduled = inspection.report.desired;
  }
  if (lacks_pods(snapshot)) inspection.refusal = std::move(refusal);
  return inspection;
}

auto full_report(const Seen& seen) {
  return [&seen](const daemonset::Situation& situation) {
    return daemonset::report(situation, seen.store.nodes(), seen.not_ready, refusals_in(seen));
  };
}

std::optional<AdmittedState> admitted_on(const cache::Store& store, const cache::Key& key, std::string_view node) {
  const cache::DaemonSetState& state = *store.state(key);
  const auto& nodes = state.nodes();
  const auto found = std::ranges::find_if(nodes, [&](const auto& one) { return one.name == node; });
  if (found == nodes.end() || found->pods.empty()) return std::nullopt;
  const auto stays = std::ranges::find(found->pods, false, &objects::DaemonPod::terminating);
  const objects::DaemonPod& pod = **(stays == found->pods.end() ? found->pods.begin() : stays);
  return admitted_state(store.known().get(), pod, state.daemon_set().pod_template.json);
}

}  // namespace

Inspection inspection_of(const Seen& seen, const cache::Key& key, objects::Time now) {
  return inspect(seen, key, now, full_report(seen), [](const auto&...) {});
}

Glance glance_at(const Seen& seen, const cache::Key& key, objects::Time now) {
  std::vector<daemonset::NodeInShort> nodes;
  const auto report_of = [&](const daemonset::Situation& situation) {
    auto [report, in_short] = daemonset::overview(situation, seen.store.nodes(), seen.not_ready, refusals_in(seen));
    nodes = std::move(in_short);
    return std::move(report);
  };
  Glance glance{.inspection = inspect(seen, key, now, report_of, [](const auto&...) {}), .nodes = std::move(nodes)};
  if (seen.unseen_nodes.empty()) return glance;
  // The names were those of the copies that such an inspection is made from.
  const auto& kept = seen.store.state(key)->nodes();
  for (std::size_t i = 0; i < kept.size(); ++i) glance.nodes[i].node = kept[i].name;
  return glance;
}

Closeup closeup_of(const Seen& seen, const cache::Key& key, std::string_view node, objects::Time now) {
  std::vector<Moment> moments;
  Inspection inspection =
      inspect(seen, key, now, full_report(seen),
              [&](const daemonset::Situation& situation, const objects::ControllerRevision* revision,
                  const std::optional<daemonset::Refusal>& refusal) {
                moments = time_line(situation, revision, refusal ? &*refusal : nullptr);
              });
  return {.inspection = std::move(inspection),
          .time_line = std::move(moments),
          .admitted = admitted_on(seen.store, key, node)};
}

Past past_of(const cache::Store& store, const cache::Key& key) {
  const cache::View view = store.view(key);
  Past past{.history = history_of(*view.snapshot.daemon_set, view.snapshot.revisions), .remembered = {}};
  const objects::RolloutPolicy* const policy = view.snapshot.policy;
  const objects::DaemonSetRollout* const known = policy == nullptr ? nullptr : rollout::remembered(*policy, key.name);
  if (known != nullptr) past.remembered = *known;
  return past;
}

bool Inspection::rolled_out() const {
  if (policy && policy->refused.empty() && !policy->rollout.phase.empty()) {
    return daemon_set.status.observed_generation >= daemon_set.generation && is_complete(*policy);
  }
  return daemonset::status_is_complete(daemon_set) && report.complete();
}

}  // namespace everynode::inspection
