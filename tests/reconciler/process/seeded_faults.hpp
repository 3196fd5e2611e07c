/// Random faults of all kinds: the same seed and the same requests give the same faults.
#pragma once

#include <cstdint>
#include <random>

#include "fake_cluster.hpp"

namespace everynode::reconciler {

/// Not thread-safe: the cluster calls it with its lock held.
class SeededFaults {
 public:
  explicit SeededFaults(std::uint64_t seed) : random_(seed) {}

  [[nodiscard]] support::Fault of_request(const support::ApiRequest& request);
  [[nodiscard]] support::WatchFault of_watch();

 private:
  bool one_in(unsigned times) { return random_() % times == 0; }

  std::mt19937_64 random_;
};

}  // namespace everynode::reconciler
