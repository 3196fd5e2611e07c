#include "everynode/codec/hash.hpp"

namespace everynode::codec {

std::string name_suffix(std::uint64_t hash, std::size_t length) {
  constexpr std::string_view alphabet = "bcdfghjklmnpqrstvwxz2456789";
  // FNV's low bits see each byte, its high bits the long texts: mixed, so that few characters tell much apart.
  hash ^= hash >> 32;
  hash *= 0xd6e8feb86659fd93U;
  hash ^= hash >> 32;
  std::string suffix;
  for (; length > 0; --length, hash /= alphabet.size()) suffix += alphabet[hash % alphabet.size()];
  return suffix;
}

}  // namespace everynode::codec
