#include "overlay_metrics.hpp"

#include <string>
#include <utility>

namespace everynode::reconciler {
namespace {

using Labels = std::vector<prometheus::ClientMetric::Label>;

prometheus::MetricFamily gauges(std::string name, std::string help) {
  return {std::move(name), std::move(help), prometheus::MetricType::Gauge, {}};
}

void add(prometheus::MetricFamily& family, Labels labels, std::int64_t value) {
  prometheus::ClientMetric& metric = family.metric.emplace_back();
  metric.label = std::move(labels);
  metric.gauge.value = static_cast<double>(value);
}

std::int64_t pods_with(const cache::DaemonSetState& state, objects::Drift drift) {
  std::int64_t count = 0;
  for (const daemonset::DaemonNode& node : state.nodes()) {
    for (const objects::DaemonPod* pod : node.pods) count += pod->drift == drift ? 1 : 0;
  }
  return count;
}

}  // namespace

std::vector<prometheus::MetricFamily> overlay_metrics(const cache::Store& store) {
  if (store.known() == nullptr) return {};
  auto unmutated = gauges("everynode_daemonset_pods_unmutated",
                          "Pods that should have overlays and that admission let through as they were.");
  auto outdated = gauges("everynode_daemonset_pods_outdated_by_overlays",
                         "Pods whose overlays or whose nodes have changed since they were created.");
  auto pods =
      gauges("everynode_overlay_pods",
             "Pods of a DaemonSetOverlay, as its status tells: those that have it, and those where it is outdated "
             "or left out.");
  for (const auto& [key, state] : store.states()) {
    const Labels labels{{"namespace", key.namespace_}, {"daemonset", key.name}};
    add(unmutated, labels, pods_with(*state, objects::Drift::unmutated));
    add(outdated, labels, pods_with(*state, objects::Drift::outdated));
  }
  for (const auto& [name, overlay] : store.knowledge().all_overlays()) {
    for (const auto& [text, count] :
         {std::pair("applied", overlay.status.pods), std::pair("outdated", overlay.status.outdated),
          std::pair("refused", overlay.status.refused)}) {
      add(pods, {{"namespace", name.first}, {"overlay", name.second}, {"state", text}}, count);
    }
  }
  return {std::move(unmutated), std::move(outdated), std::move(pods)};
}

}  // namespace everynode::reconciler
