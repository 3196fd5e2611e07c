#include "everynode/serving/heap.hpp"

#include <malloc.h>

namespace everynode::serving {
namespace {

constexpr int large_block = 256 * 1024;
constexpr int kept_at_the_top = 1024 * 1024;

/// Less than this is left where it is: it will be used again.
constexpr std::size_t worth_it = 1024 * 1024;

}  // namespace

void keep_no_large_blocks() {
  mallopt(M_MMAP_THRESHOLD, large_block);
  mallopt(M_TRIM_THRESHOLD, kept_at_the_top);
}

void HeapTrimmer::trim() {
  // Pages that were given back count as free still: only what has come since then is new.
  const std::size_t free = mallinfo2().fordblks;
  if (free < free_after_) free_after_ = free;
  if (free < free_after_ + worth_it) return;
  malloc_trim(0);
  free_after_ = mallinfo2().fordblks;
}

}  // namespace everynode::serving
