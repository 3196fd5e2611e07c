#include "policy_metrics.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "everynode/rollout/gates.hpp"

namespace everynode::reconciler {
namespace {

using Labels = std::vector<prometheus::ClientMetric::Label>;

constexpr std::array<std::string_view, 8> phases{"Complete", "Rolling",       "Soaking", "Held",
                                                 "Paused",   "OutsideWindow", "Failed",  "RollingBack"};

struct Family {
  prometheus::MetricFamily family;

  Family(std::string name, std::string help)
      : family{std::move(name), std::move(help), prometheus::MetricType::Gauge, {}} {}

  void add(Labels labels, double value) {
    prometheus::ClientMetric& metric = family.metric.emplace_back();
    metric.label = std::move(labels);
    metric.gauge.value = value;
  }
  void add(const Labels& labels, const char* name, std::string_view label, double value) {
    Labels more = labels;
    more.push_back({name, std::string(label)});
    add(std::move(more), value);
  }
};

struct Families {
  Family phase{"everynode_rollout_phase",
               "1 for the phase that the rollout of a DaemonSet by its RolloutPolicy is in, 0 for the others."};
  Family seconds{"everynode_rollout_phase_seconds", "For how long it has been in that phase."};
  Family wave{"everynode_rollout_wave", "The number of the first wave that is not done, from 1; 0: all are."};
  Family waves{"everynode_rollout_waves", "How many waves the policy has, with the rest of the nodes as the last."};
  Family nodes{"everynode_rollout_nodes",
               "Nodes of the rollout: desired, and of these updated, deferred (bad before their turn) and failed (made "
               "bad by the rollout)."};
  Family accepted{"everynode_rollout_policy_accepted",
                  "Whether a RolloutPolicy is obeyed, by the reason that its condition Accepted gives."};
};

/// 1 for the first; 0: none.
double number_of(const objects::RolloutPolicy& policy, std::string_view wave) {
  if (wave.empty()) return 0;
  const auto is_it = [&](const objects::Wave& one) {
    return one.by.empty() ? one.name == wave : wave.starts_with(one.name + "/");
  };
  const auto found = std::ranges::find_if(policy.waves, is_it);
  return static_cast<double>(found - policy.waves.begin() + 1);
}

/// What is known of it: as the last plan found out, else as the status tells, which another replica may have written.
const objects::DaemonSetRollout* rollout_of(const cache::DaemonSetState& state) {
  if (state.rollout()) return &*state.rollout();
  return rollout::remembered(*state.policy(), state.daemon_set().name);
}

const objects::Condition* condition(const objects::RolloutPolicy& policy, std::string_view type) {
  const auto found = std::ranges::find(policy.status.conditions, type, &objects::Condition::type);
  return found == policy.status.conditions.end() ? nullptr : &*found;
}

void add_rollout(Families& families, const Labels& labels, const objects::RolloutPolicy& policy,
                 const objects::DaemonSetRollout& rollout) {
  for (const std::string_view phase : phases) {
    families.phase.add(labels, "phase", phase, rollout.phase == phase ? 1 : 0);
  }
  families.wave.add(labels, number_of(policy, rollout.wave));
  families.waves.add(labels, static_cast<double>(policy.waves.size() + 1));
  for (const auto& [state, count] : {std::pair("desired", rollout.desired), std::pair("updated", rollout.updated),
                                     std::pair("deferred", rollout.deferred), std::pair("failed", rollout.failed)}) {
    families.nodes.add(labels, "state", state, static_cast<double>(count));
  }
}

}  // namespace

objects::Time PolicyMetrics::begun(const cache::Key& daemon_set, const objects::RolloutPolicy& policy,
                                   const std::string& phase, objects::Time now) {
  const auto [known, is_new] = phases_.try_emplace(daemon_set, Begun{.phase = phase, .at = now});
  if (is_new) {
    // Its time is that of the DaemonSet that needs attention most, and of True or False: it says at least so much.
    const objects::Condition* const progressing = condition(policy, "Progressing");
    const bool tells = progressing != nullptr && progressing->reason == phase &&
                       progressing->message.starts_with(daemon_set.name + ":");
    const auto told = tells ? objects::parse_time(progressing->last_transition_time) : std::nullopt;
    known->second.at = std::min(told.value_or(now), now);
  } else if (known->second.phase != phase) {
    known->second = {.phase = phase, .at = now};
  }
  return known->second.at;
}

std::vector<prometheus::MetricFamily> PolicyMetrics::collect(const cache::Store& store, objects::Time now) {
  Families families;
  std::map<cache::Key, Begun> before = std::exchange(phases_, {});
  for (const auto& [key, state] : store.states()) {
    const objects::RolloutPolicy* const policy = state->policy();
    const objects::DaemonSetRollout* const rollout = policy == nullptr ? nullptr : rollout_of(*state);
    if (rollout == nullptr || rollout->phase.empty()) continue;
    if (auto kept = before.extract(key)) phases_.insert(std::move(kept));
    const Labels labels{{"namespace", key.namespace_}, {"daemonset", key.name}, {"policy", policy->name}};
    add_rollout(families, labels, *policy, *rollout);
    const auto seconds = std::chrono::duration<double>(now - begun(key, *policy, rollout->phase, now));
    families.seconds.add(labels, std::max(0.0, seconds.count()));
  }
  for (const auto& [key, policy] : store.policies()) {
    const objects::Condition* const accepted = condition(policy, "Accepted");
    if (accepted == nullptr) continue;
    const Labels labels{{"namespace", key.namespace_}, {"policy", key.name}};
    families.accepted.add(labels, "reason", accepted->reason, accepted->status == "True" ? 1 : 0);
  }
  std::vector<prometheus::MetricFamily> all;
  for (Family* family :
       {&families.phase, &families.seconds, &families.wave, &families.waves, &families.nodes, &families.accepted}) {
    all.push_back(std::move(family->family));
  }
  return all;
}

}  // namespace everynode::reconciler
