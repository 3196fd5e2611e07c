// The body of a request that changes a rollout. What is let through says all that a person must have seen.
#include <cstddef>
#include <cstdint>
#include <string>

#include "everynode/dashboard/routes.hpp"
#include "require.hpp"

using namespace everynode;
using fuzz::require;

namespace {}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using enum sync::RolloutChange;
  const std::string body(reinterpret_cast<const char*>(data), size);
  const auto ask = dashboard::read_steer(body);
  if (!ask) return 0;
  const sync::Wish& wish = ask->wish;
  require(body.contains('/') || body.contains('\\'));
  require(ask->namespace_.find('/') == std::string::npos);
  require((wish.change == promote) == !wish.wave.empty());
  require((wish.change == promote || wish.change == retry) == !wish.revision.empty());
  require(wish.to_revision >= 0 && (wish.change == undo) == (wish.to_revision > 0));
  return 0;
}
