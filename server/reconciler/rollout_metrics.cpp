#include "rollout_metrics.hpp"

#include <algorithm>

#include "everynode/daemonset/conditions.hpp"
#include "everynode/daemonset/history.hpp"
#include "everynode/daemonset/report.hpp"

namespace everynode::reconciler {
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

double seconds_since(std::optional<objects::Time> at, objects::Time now) {
  return at ? std::max(0.0, std::chrono::duration<double>(now - *at).count()) : 0;
}

/// The families of all DaemonSets, in display order.
struct Families {
  prometheus::MetricFamily nodes = gauges("everynode_daemonset_nodes", "Nodes of a DaemonSet, by state of its pod.");
  prometheus::MetricFamily unavailable =
      gauges("everynode_daemonset_unavailable", "Nodes that should have an available pod and have none.");
  prometheus::MetricFamily unavailable_by_reason = gauges(
      "everynode_daemonset_unavailable_by_reason",
      "Nodes that should have an available pod and have none, by what is wrong there; none: nothing, it only takes its "
      "time.");
  prometheus::MetricFamily budget =
      gauges("everynode_daemonset_max_unavailable", "How many nodes a rolling update may make unavailable.");
  prometheus::MetricFamily progress =
      gauges("everynode_daemonset_rollout_seconds_since_progress",
             "Seconds since a pod of the current revision was created or became available, while the rollout is not "
             "complete; else 0.");

  void add(const cache::Key& key, const daemonset::Report& report, const daemonset::RolloutConditions& conditions,
           objects::Time now) {
    const Labels labels{{"namespace", key.namespace_}, {"daemonset", key.name}};
    const auto with = [&](const char* name, std::string_view value) {
      Labels more = labels;
      more.push_back({name, std::string(value)});
      return more;
    };
    for (std::size_t i = 0; i < daemonset::node_states; ++i) {
      const auto state = name_of(static_cast<daemonset::NodeState>(i));
      reconciler::add(nodes, with("state", state), static_cast<double>(report.counts[i]));
    }
    for (std::size_t i = 0; i < daemonset::troubles; ++i) {
      const auto reason = name_of(static_cast<daemonset::Trouble>(i));
      reconciler::add(unavailable_by_reason, with("reason", reason), static_cast<double>(conditions.unavailable[i]));
    }
    reconciler::add(unavailable, labels, static_cast<double>(report.unavailable));
    reconciler::add(budget, labels, static_cast<double>(report.budget.max_unavailable));
    reconciler::add(progress, labels, seconds_since(conditions.last_progress, now));
  }
};

}  // namespace

std::vector<prometheus::MetricFamily> rollout_metrics(const cache::Store& store, objects::Time now) {
  Families families;
  for (const auto& [key, state] : store.states()) {
    const cache::View view = store.view(key);
    const std::string hash = daemonset::history_of(view.snapshot).hash;
    const daemonset::Situation situation(view.snapshot, hash, now);
    const daemonset::Report report = daemonset::overview(situation, store.nodes()).report;
    families.add(key, report, daemonset::conditions_of(situation), now);
  }
  return {std::move(families.nodes), std::move(families.unavailable), std::move(families.unavailable_by_reason),
          std::move(families.budget), std::move(families.progress)};
}

}  // namespace everynode::reconciler
