/// The time of day, in the unit of Kubernetes' own times. Private to `reconciler`.
#pragma once

#include <chrono>

#include "everynode/objects/time.hpp"

namespace everynode::reconciler {

[[nodiscard]] inline objects::Time now() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

}  // namespace everynode::reconciler
