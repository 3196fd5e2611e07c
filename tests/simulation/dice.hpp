/// Random choices that a seed decides.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <string>

namespace everynode::simulation {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}

  /// 0 to n - 1.
  std::size_t below(std::size_t n) { return random_() % n; }
  bool one_in(std::size_t n) { return below(n) == 0; }

  /// One of the objects of a map; null if there is none.
  template <class T, class Compare>
  const T* any_of(const std::map<std::string, T, Compare>& objects) {
    if (objects.empty()) return nullptr;
    return &std::next(objects.begin(), static_cast<std::ptrdiff_t>(below(objects.size())))->second;
  }

 private:
  std::mt19937_64 random_;
};

}  // namespace everynode::simulation
