#include "everynode/controller/rollout_metrics.hpp"

#include "everynode/core/history.hpp"
#include "everynode/core/report.hpp"

namespace everynode::controller {
namespace {

using Labels = std::vector<prometheus::ClientMetric::Label>;

prometheus::MetricFamily gauges(std::string name, std::string help) {
  return {std::move(name), std::move(help), prometheus::MetricType::Gauge, {}};
}

void add(prometheus::MetricFamily& family, Labels labels, double value) {
  prometheus::ClientMetric& metric = family.metric.emplace_back();
  metric.label = std::move(labels);
  metric.gauge.value = value;
}

}  // namespace

std::vector<prometheus::MetricFamily> rollout_metrics(const cache::Store& store, core::Time now) {
  auto nodes = gauges("everynode_daemonset_nodes", "Nodes of a DaemonSet, by state of its pod.");
  auto unavailable =
      gauges("everynode_daemonset_unavailable", "Nodes that should have an available pod and have none.");
  auto budget = gauges("everynode_daemonset_max_unavailable", "How many nodes a rolling update may make unavailable.");
  for (const auto& [key, board] : store.boards()) {
    const cache::View view = store.view(key);
    const core::Report report = core::report(view.snapshot, store.nodes(), core::history_of(view.snapshot).hash, now);
    const Labels labels{{"namespace", key.namespace_}, {"daemonset", key.name}};
    for (std::size_t i = 0; i < core::node_states; ++i) {
      Labels with_state = labels;
      with_state.push_back({"state", std::string(core::name_of(static_cast<core::NodeState>(i)))});
      add(nodes, std::move(with_state), static_cast<double>(report.counts[i]));
    }
    add(unavailable, labels, static_cast<double>(report.unavailable));
    add(budget, labels, static_cast<double>(report.budget.max_unavailable));
  }
  return {std::move(nodes), std::move(unavailable), std::move(budget)};
}

}  // namespace everynode::controller
