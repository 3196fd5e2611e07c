#include "everynode/serving/heap.hpp"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace everynode::serving {
namespace {

/// Memory that a thread frees stays in the arena that it came from, and each arena keeps some: so we allow few arenas.
/// Bodies of 60 KiB for 32 threads leave 8 MiB behind that way, otherwise 17, and the peak is 36 MiB instead of 48
/// (HostileMemory.OfManyBodiesThatAreNotLargeIsBoundedAndGivenBack). With 2 threads it makes no difference.
constexpr int most_arenas = 2;
constexpr int large_block = 256 * 1024;
/// Applies to each thread's arena: malloc_trim(3) trims the top of the first one only.
constexpr int kept_at_the_top = 64 * 1024;
constexpr int grown_by = 32 * 1024;

/// Less than this is not worth a call: it will be used again.
constexpr std::size_t worth_it = 1024 * 1024;

/// Calls of `trim` to skip, at most, after nothing was free: memory that is in use now may be free then, and nothing
/// else tells us.
constexpr int longest_pause = 3;

}  // namespace

void keep_no_large_blocks() {
  mallopt(M_ARENA_MAX, most_arenas);
  mallopt(M_MMAP_THRESHOLD, large_block);
  mallopt(M_TRIM_THRESHOLD, kept_at_the_top);
  mallopt(M_TOP_PAD, grown_by);
}

std::size_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::size_t all = 0;
  std::size_t resident = 0;
  statm >> all >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

void HeapTrimmer::trim() {
  const std::size_t resident = resident_bytes();
  least_ = std::min(least_, resident);
  if (resident < least_ + worth_it || --wait_ > 0) return;
  malloc_trim(0);
  const bool helped = resident_bytes() + worth_it / 4 < resident;
  pause_ = helped ? 1 : std::min(pause_ + 1, longest_pause);
  wait_ = pause_;
}

}  // namespace everynode::serving
