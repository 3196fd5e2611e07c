/// The allocator's memory: given back to the system when it is not used, as what a process may hold is counted.
#pragma once

#include <cstddef>
#include <limits>

namespace everynode::serving {

/// Large blocks go back to the system at once, for as long as the process lives, instead of the more of them being kept
/// the larger they were (mallopt(3), M_MMAP_THRESHOLD: "dynamic mmap threshold"). Call it before threads are started.
void keep_no_large_blocks();

/// Gives back what is free. Call it when the process is ready, and about once a second from then on; it does nothing
/// while we hold hardly more than we ever did at the least.
class HeapTrimmer {
 public:
  void trim();

 private:
  std::size_t least_ = std::numeric_limits<std::size_t>::max();  ///< bytes in RAM
  int pause_ = 1;
  int wait_ = 0;
};

}  // namespace everynode::serving
