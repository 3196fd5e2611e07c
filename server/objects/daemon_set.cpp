#include "everynode/objects/daemon_set.hpp"

#include <charconv>

namespace everynode::objects {

std::int64_t IntOrPercent::of(std::int64_t whole) const {
  return percent ? (value * whole + 99) / 100 : value;
}

std::optional<std::int64_t> DaemonSet::template_generation() const {
  const std::string_view text = annotations.get(template_generation_annotation);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace everynode::objects
