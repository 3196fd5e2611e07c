#include "everynode/codec/hash.hpp"

namespace everynode::codec {

std::string name_suffix(std::uint64_t hash, std::size_t length) {
  constexpr std::string_view alphabet = "bcdfghjklmnpqrstvwxz2456789";
  // FNV's low bits depend on each byte, its high bits only on long texts. Mixing them makes a few characters enough to
  // tell texts apart.
  hash ^= hash >> 32;
  hash *= 0xd6e8feb86659fd93U;
  hash ^= hash >> 32;
  std::string suffix;
  for (; length > 0; --length, hash /= alphabet.size()) suffix += alphabet[hash % alphabet.size()];
  return suffix;
}

}  // namespace everynode::codec
