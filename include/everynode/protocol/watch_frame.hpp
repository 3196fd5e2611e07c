/// Reads the answers of list and watch in protobuf.
#pragma once

#include <expected>
#include <functional>
#include <string_view>

#include "everynode/codec/protobuf.hpp"
#include "everynode/objects/objects.hpp"
#include "everynode/protocol/watch_text.hpp"

namespace everynode::protocol {

/// Reads an object and returns its metadata; throws what is wrong with it (see `codec::Message`).
using ReadMessage = std::function<objects::ObjectMeta(codec::Message)>;

/// Reads an event, and its object with `read`. The frame may be valid even if `read` fails. Its names are views into
/// it.
[[nodiscard]] std::expected<WatchLine, codec::Mistake> read_frame(std::string_view frame, const ReadMessage& read);

/// Receives the name of an object of a list, and what is wrong with it; empty: `read` has read it.
using VisitObject = std::function<void(const objects::ObjectMeta&, std::string_view unreadable)>;

/// Reads a list, and each of its objects with `read`. Calls `visit` for each, also if there is a mistake behind it.
[[nodiscard]] std::expected<ListMeta, codec::Mistake> read_list(std::string_view body, const ReadMessage& read,
                                                                const VisitObject& visit);

[[nodiscard]] WatchError read_frame_error(std::string_view frame);

}  // namespace everynode::protocol
