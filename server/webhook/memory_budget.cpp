#include "memory_budget.hpp"

#include <algorithm>

namespace everynode::webhook {

std::size_t most_memory_for(std::size_t text_bytes, objects::PodParts parts) {
  // The parser's index has four bytes for each byte that may mean something. A pod may have 80 bytes for three ("{},"),
  // as many again while a list grows, and as many for the copy on which we try the patch. Reading ends after 20,000
  // elements.
  constexpr std::size_t index_per_byte = 5;
  constexpr std::size_t mebibyte = 1024 * 1024;
  const std::size_t index = text_bytes * index_per_byte;
  const std::size_t placement = std::min(text_bytes * 60, 8 * mebibyte);
  if (parts == objects::PodParts::placement) return index + placement;
  const std::size_t all = std::min(text_bytes * 200, 14 * mebibyte);  // so much has a container
  if (parts == objects::PodParts::all) return index + all;
  // The containers have texts, kept and to read, an index and 20,000 elements of their own.
  return index + placement + 2 * text_bytes + index + all;
}

MemoryBudget::Share MemoryBudget::take(std::size_t bytes) {
  const std::size_t wanted = std::min(bytes, all_);
  std::unique_lock lock(mutex_);
  const std::uint64_t turn = arrived_++;
  changed_.wait(lock, [&] { return turn == admitted_ && taken_ + wanted <= all_; });
  ++admitted_;
  taken_ += wanted;
  if (admitted_ != arrived_) changed_.notify_all();
  return {*this, wanted};
}

void MemoryBudget::give_back(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  taken_ -= bytes;
  if (admitted_ != arrived_) changed_.notify_all();
}

}  // namespace everynode::webhook
