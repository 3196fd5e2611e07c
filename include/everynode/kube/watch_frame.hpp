/// Reading what a watch answers in protobuf.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "everynode/core/objects.hpp"
#include "everynode/core/protobuf.hpp"
#include "everynode/kube/watch_text.hpp"

namespace everynode::kube {

/// Reads an object and says what it is called; throws what is wrong with it (see `core::Message`).
using ReadMessage = std::function<core::ObjectMeta(core::Message)>;

/// Reads an event, the object with `read`. Returns what is wrong with the frame. It may be well where `read` fails.
[[nodiscard]] std::string read_frame(std::string_view frame, const ReadMessage& read, WatchLine& out);

[[nodiscard]] WatchError read_frame_error(std::string_view frame);

}  // namespace everynode::kube
