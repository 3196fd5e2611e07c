/// What the readers of watch events share. Private to them.
#pragma once

#include <string>
#include <string_view>

#include "everynode/protocol/watch_text.hpp"

namespace everynode::protocol {

/// Reads the type of an event, and returns what is wrong with the event; empty if nothing is.
[[nodiscard]] std::string take_type(std::string_view type, bool has_object, WatchLine& out);

/// What an error says; the code is an HTTP status or 0.
[[nodiscard]] WatchError watch_error(std::int64_t code, std::string_view message);

}  // namespace everynode::protocol
