#include "everynode/protocol/backoff.hpp"

#include <algorithm>

namespace everynode::protocol {

Backoff::Backoff(std::uint64_t seed, Limits limits)
    : limits_(limits),
      last_(limits.base),
      random_(static_cast<std::minstd_rand::result_type>(seed % std::minstd_rand::modulus)) {}

std::chrono::milliseconds Backoff::next() {
  std::uniform_int_distribution<std::int64_t> between(limits_.base.count(), last_.count() * 3);
  last_ = std::min(limits_.cap, std::chrono::milliseconds(between(random_)));
  return last_;
}

std::chrono::nanoseconds exponential(std::chrono::nanoseconds base, unsigned failures, std::chrono::nanoseconds cap) {
  while (failures-- > 0 && base < cap) base *= 2;
  return std::min(base, cap);
}

}  // namespace everynode::protocol
