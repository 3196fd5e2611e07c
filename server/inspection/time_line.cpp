#include "everynode/inspection/time_line.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "everynode/objects/daemon_set.hpp"
#include "everynode/objects/rollout_policy.hpp"
#include "everynode/rollout/waves.hpp"

namespace everynode::inspection {
namespace {

/// The nodes of a wave that are waited for.
struct WaveTimes {
  std::int64_t desired = 0;
  std::int64_t updated = 0;
  std::optional<objects::Time> began;  ///< its first new pod was created
  objects::Time ready{};               ///< its last one became ready

  void add(const daemonset::NewAndOld& pods) {
    ++desired;
    if (pods.fresh == nullptr) return;
    const objects::DaemonPod& pod = *pods.fresh->pod;
    began = std::min(began.value_or(pod.created), pod.created);
    if (!pods.fresh->available || pods.old != nullptr) return;
    ++updated;
    ready = std::max(ready, pod.ready_since);
  }
};

std::string in_words(std::int64_t nodes) {
  return std::to_string(nodes) + (nodes == 1 ? " node" : " nodes");
}

class Line {
 public:
  explicit Line(const daemonset::Situation& situation) : situation_(situation) {}

  void add(objects::Time at, std::string what) {
    if (at == objects::Time{}) return;
    moments_.insert(std::ranges::upper_bound(moments_, at, {}, &Moment::at), {.at = at, .what = std::move(what)});
  }

  void add_waves() {
    const objects::RolloutPolicy* const policy = situation_.snapshot.policy;
    std::map<rollout::Place, WaveTimes> waves;
    for (std::size_t i = 0; i < situation_.nodes.size(); ++i) {
      const daemonset::NodePods& node = situation_.nodes[i];
      if (!node.desired() || node.deferred) continue;
      waves[policy == nullptr ? rollout::Place{} : situation_.snapshot.places[i]].add(node.new_and_old());
    }
    for (const auto& [place, wave] : waves) {
      const bool one_of_many = policy != nullptr && !policy->waves.empty();
      const std::string name = one_of_many ? "wave " + rollout::name_of(place, policy->waves) : "rollout";
      const bool soaks = one_of_many && place.wave < policy->waves.size();
      add_wave(name, wave, soaks ? policy->waves[place.wave].soak : std::chrono::milliseconds(0));
    }
  }

  /// The first few, those that the policy's status names. When a switch put a node aside, it does not say.
  void add_bad_nodes() {
    if (!situation_.progress) return;
    for (const objects::NodeRemark& one : situation_.progress->deferred_nodes) {
      const objects::NodeHealth& health = pods_of(one.name).node->health;
      if (!health.ready) add(health.ready_changed, "node " + one.name + " became NotReady, and is deferred");
    }
    for (const objects::NodeRemark& one : situation_.progress->failed_nodes) {
      const daemonset::NodePod* const fresh = pods_of(one.name).new_and_old().fresh;
      if (fresh == nullptr) continue;
      add(std::max(fresh->pod->created, fresh->pod->ready_since),
          "node " + one.name + " has had no available new pod since then, and counts as failed: " + one.reason);
    }
  }

  void add_condition(const std::string& owner, const objects::Condition& condition) {
    const auto at = objects::parse_time(condition.last_transition_time);
    if (!at) return;
    std::string what = owner + ": " + condition.type + " " + condition.status;
    for (const std::string* const text : {&condition.reason, &condition.message}) {
      if (!text->empty()) what += ", " + *text;
    }
    add(*at, std::move(what));
  }

  std::vector<Moment> take() { return std::move(moments_); }

 private:
  [[nodiscard]] const daemonset::NodePods& pods_of(std::string_view node) const {
    return *std::ranges::find(situation_.nodes, node,
                              [](const daemonset::NodePods& pods) -> std::string_view { return pods.node->name; });
  }

  void add_wave(const std::string& name, const WaveTimes& wave, std::chrono::milliseconds soak) {
    if (!wave.began) return;
    add(*wave.began, name + ": the first new pod was created");
    if (wave.updated < wave.desired) return;
    add(wave.ready, name + ": the last of " + in_words(wave.desired) + " had its new pod ready");
    if (soak.count() == 0 || wave.ready == objects::Time{}) return;
    const objects::Time over = wave.ready + soak;
    add(over, name + (over <= situation_.now ? ": its soak was over" : ": its soak will be over"));
  }

  const daemonset::Situation& situation_;
  std::vector<Moment> moments_;  ///< by time; what is of the same time, as it was added
};

bool is_told(const objects::Condition& condition) {
  return condition.type == objects::condition_progressing || condition.type == objects::condition_degraded;
}

}  // namespace

std::vector<Moment> time_line(const daemonset::Situation& situation, const objects::ControllerRevision* revision,
                              const daemonset::Refusal* refusal) {
  Line line(situation);
  if (revision != nullptr) {
    line.add(revision->created, "revision " + std::to_string(revision->revision) + " was recorded");
    line.add_waves();
    line.add_bad_nodes();
  }
  for (const objects::Condition& condition : situation.daemon_set().conditions) {
    if (is_told(condition)) line.add_condition("DaemonSet", condition);
  }
  if (const objects::RolloutPolicy* const policy = situation.snapshot.policy) {
    for (const objects::Condition& condition : policy->status.conditions) {
      if (is_told(condition)) line.add_condition("RolloutPolicy " + policy->name, condition);
    }
  }
  if (refusal != nullptr && refusal->at) line.add(*refusal->at, "the API server refused a pod: " + refusal->words);
  return line.take();
}

}  // namespace everynode::inspection
