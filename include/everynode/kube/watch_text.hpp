/// Reading what list and watch answer: the objects stay JSON text, only what the protocol needs is taken out.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "everynode/core/document.hpp"

namespace everynode::kube {

/// An object of the API. Valid during the call that it is passed to.
struct Object {
  std::string_view namespace_;
  std::string_view name;
  std::string_view uid;
  std::string_view resource_version;
  const std::string& json;  ///< has `core::Document::padding` bytes of capacity to spare
};

/// The metadata of a list.
struct ListMeta {
  std::string resource_version;
  std::string continue_;  ///< empty: this was the last page
};

/// Calls `visit` for each item of a list. Returns what was wrong with the text, empty if nothing was; by then `visit`
/// may have been called. `item` is memory that is used again.
[[nodiscard]] std::string read_page(core::Document& document, const std::string& body, std::string& item,
                                    const std::function<void(const Object&)>& visit, ListMeta& meta);

enum class WatchEvent : std::uint8_t { added, modified, deleted, bookmark, error };

/// What an object has in common with all others. Valid until the document is used again.
struct ObjectMeta {
  std::string_view namespace_;
  std::string_view name;
  std::string_view uid;
  std::string_view resource_version;
};

struct WatchLine {
  WatchEvent event = WatchEvent::added;
  ObjectMeta meta;
};

/// Reads {"type":...,"object":...} and leaves the object alone in `line`, which must have `core::Document::padding`
/// bytes of capacity to spare. Returns what was wrong, and then leaves the line as it was.
[[nodiscard]] std::string read_line(core::Document& document, std::string& line, WatchLine& out);

/// What the object of an ERROR says: a v1.Status.
struct WatchError {
  unsigned code = 0;
  std::string message;
};

[[nodiscard]] WatchError read_error(core::Document& document, const std::string& status);

}  // namespace everynode::kube
