/// Random choices that a seed decides.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace everynode::simulation {

/// splitmix64: seeding costs nothing, and neighbouring seeds give unrelated numbers.
inline std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

class Rng {
 public:
  explicit Rng(std::uint64_t seed) : state_(mixed(seed)) {}

  /// 0 to n - 1.
  std::size_t below(std::size_t n) { return next() % n; }
  bool one_in(std::size_t n) { return below(n) == 0; }

  /// One of the objects of a map; null if there is none.
  template <class T, class Compare>
  const T* any_of(const std::map<std::string, T, Compare>& objects) {
    if (objects.empty()) return nullptr;
    return &std::next(objects.begin(), static_cast<std::ptrdiff_t>(below(objects.size())))->second;
  }

 private:
  std::uint64_t next() { return mixed(state_ += 0x9e3779b97f4a7c15U); }

  std::uint64_t state_;
};

}  // namespace everynode::simulation
