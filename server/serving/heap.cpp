#include "everynode/serving/heap.hpp"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace everynode::serving {
namespace {

constexpr int large_block = 256 * 1024;
/// Of each thread's arena: malloc_trim(3) looks at the top of the first one alone.
constexpr int kept_at_the_top = 64 * 1024;
constexpr int grown_by = 32 * 1024;

/// Less than this is left where it is: it will be used again.
constexpr std::size_t worth_it = 256 * 1024;

/// What we hold in RAM; 0 if /proc does not tell.
std::size_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::size_t all = 0;
  std::size_t resident = 0;
  statm >> all >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace

void keep_no_large_blocks() {
  mallopt(M_MMAP_THRESHOLD, large_block);
  mallopt(M_TRIM_THRESHOLD, kept_at_the_top);
  mallopt(M_TOP_PAD, grown_by);
}

void HeapTrimmer::trim() {
  // Not what the allocator calls free: pages that it has given back are free for it as well. Less than the last time is
  // news too: what was in use then may be free now.
  const std::size_t resident = resident_bytes();
  const std::size_t change = std::max(resident, resident_after_) - std::min(resident, resident_after_);
  if (change < worth_it) return;
  malloc_trim(0);
  resident_after_ = resident_bytes();
}

}  // namespace everynode::serving
