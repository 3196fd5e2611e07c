/// Reads the answers of list and watch in JSON.
#pragma once

#include <cstdint>
#include <expected>
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
  std::string shards;     ///< the shardSelector that the server obeyed; empty: none
};

/// Calls `visit` for each item of a list, also if there is a mistake behind it. `document` and `item` are memory to
/// work with: a page has up to 500 items.
[[nodiscard]] std::expected<ListMeta, codec::Mistake> read_page(const std::string& body,
                                                                const std::function<void(const Item&)>& visit,
                                                                codec::Document& document, std::string& item);

enum class WatchEvent : std::uint8_t { added, modified, deleted, bookmark, error };

/// Reads the object at which the reader stands, and says what it is called.
using ReadObject = std::function<objects::ObjectMeta(codec::JsonValue)>;

struct WatchLine {
  WatchEvent event = WatchEvent::added;
  objects::ObjectMeta meta;
  std::string unreadable{};  ///< what `read` found wrong with the object; the rest of the line is valid
  bool all_told = false;     ///< a bookmark behind all that there was when the watch began
};

/// Reads {"type":...,"object":...}, and the object with `read`, all in one pass. The line may be valid even if `read`
/// fails: bookmarks and errors have no name. Its names are valid until `document` is used again.
[[nodiscard]] std::expected<WatchLine, codec::Mistake> read_line(const std::string& line, const ReadObject& read,
                                                                 codec::Document& document);

/// The object of an ERROR event: a v1.Status.
struct WatchError {
  unsigned code = 0;
  std::string message;
};

[[nodiscard]] WatchError read_error(const std::string& line, codec::Document& document);

}  // namespace everynode::protocol
