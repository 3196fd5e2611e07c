// A set of keys: accepted input has keys, and refused input gives an error of one line.
#include <cstddef>
#include <cstdint>
#include <string>

#include "everynode/authentication/keys.hpp"
#include "require.hpp"

using namespace everynode;
using fuzz::require;

namespace {}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto keys = authentication::Keys::read(text);
  require(keys || (!keys.error().what.empty() && !keys.error().text().contains('\n')));
  if (!keys) return 0;
  require(keys->size() >= 1 && keys->size() <= 64);
  require(!keys->knows("") && keys->find("", "RS256") == nullptr);
  for (const auto* algorithm : {"", "none", "HS256"}) require(keys->find("a", algorithm) == nullptr);
  return 0;
}
