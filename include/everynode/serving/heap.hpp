/// The allocator's memory: given back to the system when it is not used, as what a process may hold is counted.
#pragma once

#include <cstddef>

namespace everynode::serving {

/// Large blocks go back to the system at once, for as long as the process lives, instead of the more of them being kept
/// the larger they were (mallopt(3), M_MMAP_THRESHOLD: "dynamic mmap threshold"). Call it before threads are started.
void keep_no_large_blocks();

/// Gives back what is free. Call it about once a second; it does nothing where nothing worth it has changed.
class HeapTrimmer {
 public:
  void trim();

 private:
  std::size_t resident_after_ = 0;  ///< what was held in RAM the last time that it gave something back
};

}  // namespace everynode::serving
