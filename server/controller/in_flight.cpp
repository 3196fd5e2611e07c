#include "everynode/controller/in_flight.hpp"

#include <algorithm>

namespace everynode::controller {

void hold_back(core::Plan& plan, const InFlight& in_flight) {
  const bool more_of_them = plan.stage == core::Stage::manage && std::ranges::all_of(plan.actions, core::creates_pod);
  if (in_flight.failed || (in_flight.count > 0 && !more_of_them)) plan.actions.clear();
}

bool repeats(const core::Plan& plan, const InFlight& in_flight) {
  if (plan.actions.empty()) return false;
  return std::ranges::find(in_flight.done, plan.actions.front()) != in_flight.done.end();
}

}  // namespace everynode::controller
