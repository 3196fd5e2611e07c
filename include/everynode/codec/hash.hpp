/// FNV-1a, and the alphabet in which Kubernetes writes hashes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace everynode::codec {

/// FNV-1a, 64 bits, continued from `seed`.
[[nodiscard]] constexpr std::uint64_t fnv1a(std::string_view bytes, std::uint64_t seed = 14695981039346656037U) {
  std::uint64_t hash = seed;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return hash;
}

/// `length` characters of the alphabet of generated names, which has no vowels and so cannot form words.
[[nodiscard]] std::string name_suffix(std::uint64_t hash, std::size_t length);

}  // namespace everynode::codec
