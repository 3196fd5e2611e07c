#include "everynode/daemonset/snapshot.hpp"

#include <algorithm>

#include "everynode/daemonset/action.hpp"

namespace everynode::daemonset {

Claim claim_of(const objects::DaemonSet& daemon_set, const objects::Shared<objects::ControllerRef>& controller,
               const objects::Labels& labels) {
  const bool selected = !daemon_set.selector.empty() && objects::matches(daemon_set.selector, labels);
  if (!controller) return selected ? Claim::orphan : Claim::foreign;
  if (controller->uid != daemon_set.uid) return Claim::foreign;
  return selected ? Claim::own : Claim::stray;
}

std::optional<objects::Time> waits_until(const Snapshot& snapshot, std::string_view object, objects::Time now) {
  std::optional<objects::Time> until;
  if (snapshot.retries != nullptr) until = snapshot.retries->until(object, now);
  const bool calm = snapshot.repeats == nullptr || snapshot.repeats->calm();
  const auto repeats_until = calm ? std::nullopt : snapshot.repeats->until(object, now);
  return repeats_until ? std::max(until.value_or(*repeats_until), *repeats_until) : until;
}

std::optional<objects::Time> creation_waits_until(const Snapshot& snapshot, std::string_view node, objects::Time now) {
  const bool retries = snapshot.retries != nullptr && !snapshot.retries->empty();
  const bool repeats = snapshot.repeats != nullptr && !snapshot.repeats->calm();
  return retries || repeats ? waits_until(snapshot, object_of_node(node), now) : std::nullopt;
}

std::optional<Undone> undone_on(const Snapshot& snapshot, std::string_view node, objects::Time now) {
  const bool calm = snapshot.repeats == nullptr || snapshot.repeats->calm();
  return calm ? std::nullopt : snapshot.repeats->trouble(object_of_node(node), now);
}

std::optional<objects::Time> undone_until(const Snapshot& snapshot, std::string_view node, objects::Time now) {
  const bool calm = snapshot.repeats == nullptr || snapshot.repeats->calm();
  return calm ? std::nullopt : snapshot.repeats->trouble_until(object_of_node(node), now);
}

}  // namespace everynode::daemonset
