/// Reads the answers of list and watch in JSON.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "everynode/codec/document.hpp"
#include "everynode/objects/objects.hpp"

namespace everynode::protocol {

/// An object of a list, still as JSON text. Valid during the call that it is passed to.
struct Item {
  objects::ObjectMeta meta;
  const std::string& json;  ///< has `codec::Document::padding` bytes of capacity to spare
};

/// The metadata of a list.
struct ListMeta {
  std::string resource_version;
  std::string continue_;  ///< empty: this was the last page
};

/// Calls `visit` for each item of a list. Returns what is wrong with the text, empty if nothing is; `visit` may have
/// been called before that. `item` is working memory.
[[nodiscard]] std::string read_page(codec::Document& document, const std::string& body, std::string& item,
                                    const std::function<void(const Item&)>& visit, ListMeta& meta);

enum class WatchEvent : std::uint8_t { added, modified, deleted, bookmark, error };

/// Reads the object at which the reader stands, and says what it is called.
using ReadObject = std::function<objects::ObjectMeta(codec::JsonValue)>;

struct WatchLine {
  WatchEvent event = WatchEvent::added;
  objects::ObjectMeta meta;
  std::string unreadable;  ///< what `read` found wrong with the object; the rest of the line is valid
};

/// Reads {"type":...,"object":...}, and the object with `read`, all in one pass. Returns what is wrong with the line,
/// which may be valid even if `read` fails: bookmarks and errors have no name.
[[nodiscard]] std::string read_line(codec::Document& document, const std::string& line, const ReadObject& read,
                                    WatchLine& out);

/// The object of an ERROR event: a v1.Status.
struct WatchError {
  unsigned code = 0;
  std::string message;
};

[[nodiscard]] WatchError read_error(codec::Document& document, const std::string& line);

}  // namespace everynode::protocol
