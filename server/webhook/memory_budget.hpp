/// How much memory requests may need at one time to be read and answered, however many threads do so.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>

#include "everynode/objects/pod.hpp"

namespace everynode::webhook {

/// The most memory that reading a text of so many bytes and answering it may need, beside the text itself: the parser's
/// index, what we keep of the pod, the patch and its check. Measured with the most expensive texts that we know, and
/// rounded up. `parts`: how much of the pod is read.
[[nodiscard]] std::size_t most_memory_for(std::size_t text_bytes,
                                          objects::PodParts parts = objects::PodParts::placement);

/// A caller that does not fit waits, and no caller overtakes another. Thread-safe.
class MemoryBudget {
 public:
  explicit MemoryBudget(std::size_t bytes) : all_(bytes) {}
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  /// Holds so many bytes of the budget until it is destroyed.
  class Share {
   public:
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;
    ~Share() { budget_.give_back(bytes_); }

   private:
    friend MemoryBudget;
    Share(MemoryBudget& budget, std::size_t bytes) : budget_(budget), bytes_(bytes) {}

    MemoryBudget& budget_;
    std::size_t bytes_;
  };

  /// Waits until there is room. A caller that wants more than the whole budget gets all of it.
  [[nodiscard]] Share take(std::size_t bytes);

 private:
  void give_back(std::size_t bytes);

  const std::size_t all_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t taken_ = 0;
  std::uint64_t arrived_ = 0;
  std::uint64_t admitted_ = 0;
};

}  // namespace everynode::webhook
