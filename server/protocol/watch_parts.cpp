#include "watch_parts.hpp"

#include <algorithm>
#include <array>

namespace everynode::protocol {

std::string take_type(std::string_view type, bool has_object, WatchLine& out) {
  constexpr std::array<std::string_view, 5> names{"ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"};
  const auto* const name = std::ranges::find(names, type);
  if (name == names.end()) return "no known type";
  out.event = static_cast<WatchEvent>(name - names.begin());
  if (!has_object) return "no object";
  if (out.event == WatchEvent::error) return {};
  if (out.meta.resource_version.empty()) return "no object.metadata.resourceVersion";
  if (out.event != WatchEvent::bookmark && out.meta.name.empty()) return "no object.metadata.name";
  return {};
}

WatchError watch_error(std::int64_t code, std::string_view message) {
  const bool is_status = code >= 0 && code < 1000;
  return {.code = is_status ? static_cast<unsigned>(code) : 0, .message = std::string(message)};
}

}  // namespace everynode::protocol
