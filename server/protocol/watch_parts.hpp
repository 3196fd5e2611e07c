/// What the readers of a watch's events have in common. Private to them.
#pragma once

#include <string>
#include <string_view>

#include "everynode/protocol/watch_text.hpp"

namespace everynode::protocol {

/// Takes the type of an event, and says what it lacks beside being well-formed; empty if nothing.
[[nodiscard]] std::string take_type(std::string_view type, bool has_object, WatchLine& out);

/// What an error says, its code as an HTTP status or 0.
[[nodiscard]] WatchError watch_error(std::int64_t code, std::string_view message);

}  // namespace everynode::protocol
