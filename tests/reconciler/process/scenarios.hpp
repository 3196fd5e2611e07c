/// What a controller has to do, with one scenario for each kind of write.
#pragma once

#include "scenario_run.hpp"

namespace everynode::reconciler {

[[nodiscard]] std::vector<Scenario> scenarios();

}  // namespace everynode::reconciler
