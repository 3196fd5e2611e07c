// The policy file, and the YAML reader under it.
#include <cstddef>
#include <cstdint>
#include <string>

#include "everynode/objects/validation.hpp"
#include "everynode/webhook/policy_file.hpp"
#include "require.hpp"

using namespace everynode;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto policy = webhook::read_policy(std::string(reinterpret_cast<const char*>(data), size));
  if (!policy) return 0;
  for (const objects::Toleration& toleration : policy->tolerations) {
    require(objects::check(toleration).has_value());
  }
  return 0;
}
