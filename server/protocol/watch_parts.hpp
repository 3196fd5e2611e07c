/// What the readers of watch events share. Private to them.
#pragma once

#include <expected>
#include <optional>
#include <string_view>

#include "everynode/protocol/watch_text.hpp"

namespace everynode::protocol {

/// An event from what was read of it. `meta` is its object's; nullopt: it has none.
[[nodiscard]] std::expected<WatchLine, codec::Mistake> event_line(std::string_view type,
                                                                  const std::optional<objects::ObjectMeta>& meta);

/// What an error says; the code is an HTTP status or 0.
[[nodiscard]] WatchError watch_error(std::int64_t code, std::string_view message);

}  // namespace everynode::protocol
