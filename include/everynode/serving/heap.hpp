/// Gives unused memory of the allocator back to the system, because the memory of a process is limited.
#pragma once

#include <cstddef>
#include <limits>

namespace everynode::serving {

/// Makes the allocator return large blocks to the system at once. By default it keeps more of them the larger they were
/// (mallopt(3), M_MMAP_THRESHOLD: "dynamic mmap threshold"). Call it before threads start.
void keep_no_large_blocks();

/// What the process holds in RAM, in bytes; 0 if /proc does not say.
[[nodiscard]] std::size_t resident_bytes();

/// Gives free memory back. Call it when the process is ready, and about once a second from then on; it does nothing
/// while the process holds little more than it ever did at the least.
class HeapTrimmer {
 public:
  void trim();

 private:
  std::size_t least_ = std::numeric_limits<std::size_t>::max();  ///< bytes in RAM
  int pause_ = 1;
  int wait_ = 0;
};

}  // namespace everynode::serving
