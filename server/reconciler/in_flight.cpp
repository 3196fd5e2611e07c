#include "in_flight.hpp"

#include <algorithm>

namespace everynode::reconciler {

void hold_back(daemonset::Plan& plan, const InFlight& in_flight) {
  const bool more_of_them =
      plan.stage == daemonset::Stage::manage && std::ranges::all_of(plan.actions, daemonset::creates_pod);
  if (in_flight.failed || (in_flight.count > 0 && !more_of_them)) plan.actions.clear();
}

bool repeats(const daemonset::Plan& plan, const InFlight& in_flight) {
  if (plan.actions.empty()) return false;
  return std::ranges::find(in_flight.done, plan.actions.front()) != in_flight.done.end();
}

}  // namespace everynode::reconciler
