// A quantity of any bytes: what is read is written in a form that is read as the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "everynode/overlay/quantity.hpp"

using namespace everynode;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto quantity = overlay::parse_quantity({reinterpret_cast<const char*>(data), size});
  if (!quantity) return 0;
  const std::string text = to_text(*quantity);
  const auto again = overlay::parse_quantity(text);
  if (again != quantity || to_text(*again) != text) std::abort();
  return 0;
}
