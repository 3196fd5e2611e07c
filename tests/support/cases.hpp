/// How many cases a test of an invariant tries.
#pragma once

#include <cstddef>

namespace everynode::support {

/// Returns `usual`; in debug builds, which the sanitizers use, a twentieth of it and at least one: such builds take ten
/// times as long, and look for memory errors and data races.
constexpr std::size_t cases(std::size_t usual) {
#ifdef NDEBUG
  return usual;
#else
  return (usual + 19) / 20;
#endif
}

}  // namespace everynode::support
