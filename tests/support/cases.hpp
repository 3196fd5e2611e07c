/// How often an invariant is tried.
#pragma once

#include <cstddef>

namespace everynode::support {

/// As many cases as asked for; in builds for debugging, which the sanitizers use, a tenth and at least one: they take
/// ten times as long, and look for faults of memory and of threads.
constexpr std::size_t cases(std::size_t usual) {
#ifdef NDEBUG
  return usual;
#else
  return (usual + 9) / 10;
#endif
}

}  // namespace everynode::support
