// A compressed body: any bytes end in a text that is no longer than the limit, or in nothing.
#include <cstddef>
#include <cstdint>

#include "everynode/net/gzip.hpp"
#include "require.hpp"

using everynode::fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t limit = 1 << 20;
  const auto text = everynode::net::gunzip({reinterpret_cast<const char*>(data), size}, limit, 64);
  require(!text || (text->size() <= limit && text->capacity() >= text->size() + 64));
  return 0;
}
