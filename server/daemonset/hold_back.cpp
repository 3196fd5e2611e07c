#include "hold_back.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace everynode::daemonset {

HeldBack hold_back(std::vector<Action>& actions, const Snapshot& snapshot, objects::Time now) {
  HeldBack held;
  const bool calm = snapshot.repeats == nullptr || snapshot.repeats->calm();
  if (calm && (snapshot.retries == nullptr || snapshot.retries->empty())) return held;
  const Retries none;
  const Retries& retries = snapshot.retries == nullptr ? none : *snapshot.retries;
  std::vector<Action> first;
  std::vector<Action> last;
  for (Action& action : actions) {
    const std::string object = object_of(action);
    const unsigned failures = retries.failures(object);
    const auto until = waits_until(snapshot, object, now);
    objects::earliest(held.until, until);
    held.briefly = held.briefly || (until && failures > 0 && failures < Retries::patience);
    if (!until) (failures == 0 ? first : last).push_back(std::move(action));
  }
  std::ranges::move(last, std::back_inserter(first));
  actions = std::move(first);
  return held;
}

}  // namespace everynode::daemonset
