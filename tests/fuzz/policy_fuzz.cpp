// The policy file, and the YAML reader under it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "everynode/app/policy_file.hpp"
#include "everynode/core/validation.hpp"

using namespace everynode;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto policy = app::read_policy(std::string(reinterpret_cast<const char*>(data), size));
  if (!policy) return 0;
  for (const core::Toleration& toleration : policy->tolerations) {
    if (!core::problem_with(toleration).empty()) std::abort();
  }
  return 0;
}
