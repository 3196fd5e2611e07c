/// What must hold for any input of a fuzz target.
#pragma once

#include <cstdlib>

namespace everynode::fuzz {

/// Ends the process if it does not hold: that is how libFuzzer learns of it.
inline void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace everynode::fuzz
