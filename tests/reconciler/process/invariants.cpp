#include "invariants.hpp"

#include <algorithm>
#include <utility>

namespace everynode::reconciler {

void Invariants::check(const FakeObjects& objects, const std::string& plural, const Json& object) {
  if (plural == "pods") {
    one_pod_on_a_node(objects, object);
    few_creations(object);
    budget(objects, object);
    hold(objects);
  } else if (plural == "controllerrevisions") {
    one_revision_for_a_template(objects, object);
  }
}

void Invariants::one_pod_on_a_node(const FakeObjects& objects, const Json& pod) {
  const std::string owner = support::controller_of(pod);
  const std::string node = support::target_of(pod);
  if (owner.empty()) {
    orphans_.insert(support::uid_of(pod));
    return;
  }
  // A controller that does not see an orphan yet makes a pod beside it; one of the two goes when the orphan is adopted.
  const auto pods = std::ranges::count_if(objects.all("pods"), [&](const auto& entry) {
    const Json& other = entry.second;
    return !orphans_.contains(support::uid_of(other)) && support::controller_of(other) == owner &&
           support::target_of(other) == node && !support::is_terminating(other) && !support::is_over(other);
  });
  if (std::cmp_greater(pods, limits_.pods_on_a_node)) {
    violations_.push_back(std::to_string(pods) + " pods on " + node + ": " + support::key_of(pod));
  }
}

void Invariants::few_creations(const Json& pod) {
  const std::string owner = support::controller_of(pod);
  if (owner.empty() || orphans_.contains(support::uid_of(pod))) return;
  const std::string node = support::target_of(pod);
  std::set<std::string>& created = created_[{owner, node}];
  const bool added = created.insert(support::uid_of(pod)).second;
  if (added && created.size() > limits_.creations) {
    violations_.push_back(std::to_string(created.size()) + " pods were created for " + node);
  }
}

/// Of two pods on a node one goes, whatever is missing elsewhere: the younger, even if it alone serves yet
/// (requirements 5.5 and 5.8). Where a rollout surges, the node must keep one that serves.
bool Invariants::keeps_another(const FakeObjects& objects, const Json& pod) const {
  const bool surges = limits_.pods_on_a_node > 1;
  return std::ranges::any_of(objects.all("pods"), [&](const auto& entry) {
    const Json& other = entry.second;
    const bool stays = !support::is_terminating(other) && !support::is_over(other);
    return stays && support::controller_of(other) == support::controller_of(pod) &&
           support::target_of(other) == support::target_of(pod) && (support::is_ready(other) || !surges);
  });
}

/// A pod that serves may be deleted only if enough other nodes are served.
void Invariants::budget(const FakeObjects& objects, const Json& pod) {
  const std::string owner = support::controller_of(pod);
  const bool node_lives = objects.find("nodes", "/" + support::target_of(pod)) != nullptr;
  const bool first_look = support::is_terminating(pod) && going_.insert(support::uid_of(pod)).second;
  if (owner.empty() || !node_lives || !first_look || !support::is_ready(pod) || keeps_another(objects, pod)) return;
  std::set<std::string> served;
  for (const auto& [key, other] : objects.all("pods")) {
    const bool serves = support::is_ready(other) && !support::is_terminating(other);
    if (serves && support::controller_of(other) == owner) served.insert(support::target_of(other));
  }
  std::string without;
  std::size_t unavailable = 0;
  for (const auto& [key, node] : objects.all("nodes")) {
    if (served.contains(key.substr(1))) continue;
    without += (unavailable++ == 0 ? "" : ", ") + key.substr(1);
  }
  if (unavailable > limits_.unavailable) {
    violations_.push_back(support::key_of(pod) + " on " + support::target_of(pod) + " was told to go: no pod serves " +
                          without);
  }
}

void Invariants::hold(const FakeObjects& objects) {
  if (!limits_.hold) return;
  const bool promoted = std::ranges::any_of(objects.all("rolloutpolicies"), [](const auto& entry) {
    const Json::json_pointer list("/status/promoted");
    return entry.second.contains(list) && !entry.second[list].empty();
  });
  const std::size_t pods = pods_of(objects, limits_.hold->image);
  if (!promoted && pods > limits_.hold->pods) {
    violations_.push_back(std::to_string(pods) + " pods run " + limits_.hold->image + " while its wave is on hold");
  }
}

/// Copies that a test makes do not count.
void Invariants::one_revision_for_a_template(const FakeObjects& objects, const Json& revision) {
  const auto same = std::ranges::count_if(objects.all("controllerrevisions"), [&](const auto& entry) {
    return !is_copy(entry.second) && entry.second["data"] == revision["data"] &&
           support::controller_of(entry.second) == support::controller_of(revision);
  });
  if (same > 1) violations_.push_back("two revisions of one template: " + support::key_of(revision));
}

}  // namespace everynode::reconciler
