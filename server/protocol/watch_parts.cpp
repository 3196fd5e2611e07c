#include "watch_parts.hpp"

#include <algorithm>
#include <array>

namespace everynode::protocol {

std::expected<WatchLine, codec::Mistake> event_line(std::string_view type,
                                                    const std::optional<objects::ObjectMeta>& meta) {
  constexpr std::array<std::string_view, 5> names{"ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"};
  const auto* const name = std::ranges::find(names, type);
  if (name == names.end()) return codec::mistake("no known type");
  const auto event = static_cast<WatchEvent>(name - names.begin());
  if (!meta) return codec::mistake("no object");
  if (event != WatchEvent::error) {
    if (meta->resource_version.empty()) return codec::mistake("no object.metadata.resourceVersion");
    if (event != WatchEvent::bookmark && meta->name.empty()) return codec::mistake("no object.metadata.name");
  }
  return WatchLine{.event = event, .meta = *meta};
}

WatchError watch_error(std::int64_t code, std::string_view message) {
  const bool is_status = code >= 0 && code < 1000;
  return {.code = is_status ? static_cast<unsigned>(code) : 0, .message = std::string(message)};
}

}  // namespace everynode::protocol
