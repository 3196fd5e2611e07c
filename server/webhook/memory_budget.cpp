#include "memory_budget.hpp"

#include <algorithm>

namespace everynode::webhook {

std::size_t most_memory_for(std::size_t text_bytes, objects::PodParts parts) {
  // The parser's index has four bytes for each byte that may mean something. A pod may have 80 bytes for three ("{},"),
  // as many again while a list grows, and as many for the copy on which we try the patch. Reading ends after 20,000
  // elements.
  constexpr std::size_t index_per_byte = 5;
  const bool containers = parts != objects::PodParts::placement;  // one has 200
  const std::size_t objects_per_byte = containers ? 200 : 60;
  const std::size_t most_objects = (containers ? 14 : 8) * std::size_t{1024 * 1024};
  // Containers that are read from their texts have a copy and an index of their own.
  const std::size_t texts = parts == objects::PodParts::texts ? text_bytes * (1 + index_per_byte) : 0;
  return text_bytes * index_per_byte + texts + std::min(text_bytes * objects_per_byte, most_objects);
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
