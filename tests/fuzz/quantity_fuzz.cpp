// A quantity of any bytes: what is read is written in a form that is read as the same amount. 312.5Ki is written as
// 320000, which belongs to the decimal suffixes, as in Kubernetes: what is written then stays.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "everynode/overlay/quantity.hpp"
#include "require.hpp"

using namespace everynode;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto quantity = overlay::parse_quantity({reinterpret_cast<const char*>(data), size});
  if (!quantity) return 0;
  const auto again = overlay::parse_quantity(to_text(*quantity));
  require(again && again->nanos() == quantity->nanos());
  const std::string text = to_text(*again);
  const auto settled = overlay::parse_quantity(text);
  require(settled == again && to_text(*settled) == text);
  return 0;
}
