// A quantity of any bytes: what is read is written in a form that is read as the same amount. 312.5Ki is written as
// 320000, which belongs to the decimal suffixes, as in Kubernetes: what is written then stays.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "everynode/overlay/quantity.hpp"

using namespace everynode;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto quantity = overlay::parse_quantity({reinterpret_cast<const char*>(data), size});
  if (!quantity) return 0;
  const auto again = overlay::parse_quantity(to_text(*quantity));
  if (!again || again->nanos() != quantity->nanos()) std::abort();
  const std::string text = to_text(*again);
  const auto settled = overlay::parse_quantity(text);
  if (settled != again || to_text(*settled) != text) std::abort();
  return 0;
}
