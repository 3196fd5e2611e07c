#include "everynode/protocol/watch_text.hpp"

#include "watch_parts.hpp"

namespace everynode::protocol {
namespace {

using codec::field;
using codec::JsonValue;
using codec::read_fields;

/// What any object is called.
objects::ObjectMeta read_meta(JsonValue value) {
  objects::ObjectMeta out;
  const auto read_metadata = [&](JsonValue metadata) {
    read_fields(metadata, field<"namespace">(out.namespace_), field<"name">(out.name), field<"uid">(out.uid),
                field<"resourceVersion">(out.resource_version));
  };
  read_fields(value, codec::visit<"metadata">(read_metadata));
  return out;
}

/// Reads an item and returns its text, which may have spaces at its end.
std::string_view read_text(JsonValue value, objects::ObjectMeta& out) {
  const char* const begin = value.element.raw_json_token().data();
  const char* end = nullptr;
  out = read_meta(value);
  if (!value.reader.ok()) return {};
  if (value.element.current_location().get(end) != simdjson::SUCCESS) {
    value.fail("the text ends too early");
    return {};
  }
  return {begin, end};
}

void read_item(JsonValue value, std::string& text, const std::function<void(const Item&)>& visit) {
  objects::ObjectMeta meta;
  const std::string_view raw = read_text(value, meta);
  if (!value.reader.ok()) return;
  if (meta.name.empty()) return value.fail("no metadata.name");
  text.reserve(raw.size() + codec::Document::padding);
  text = raw;
  visit({.meta = meta, .json = text});
}

template <class Read>
std::expected<WatchLine, codec::Mistake> read_event(const std::string& line, const Read& read,
                                                    codec::Document& document) {
  std::string_view type;
  std::optional<objects::ObjectMeta> meta;
  const auto read_object = [&](JsonValue object) { meta = read(object); };
  auto whole = document.read(
      line, [&](JsonValue root) { read_fields(root, field<"type">(type), codec::visit<"object">(read_object)); });
  if (!whole) return std::unexpected(std::move(whole.error()));
  return event_line(type, meta);
}

/// Whether a bookmark says that all was told. There is one a minute, so it may be read once more for it.
bool says_all_told(const std::string& line) {
  std::string_view value;
  const auto read_annotations = [&](JsonValue annotations) {
    read_fields(annotations, field<"k8s.io/initial-events-end">(value));
  };
  const auto read_metadata = [&](JsonValue metadata) {
    read_fields(metadata, codec::visit<"annotations">(read_annotations));
  };
  const auto read_object = [&](JsonValue object) { read_fields(object, codec::visit<"metadata">(read_metadata)); };
  codec::Document document;
  const auto whole =
      document.read(line, [&](JsonValue root) { read_fields(root, codec::visit<"object">(read_object)); });
  return whole && value == "true";
}

}  // namespace

std::expected<ListMeta, codec::Mistake> read_page(const std::string& body,
                                                  const std::function<void(const Item&)>& visit,
                                                  codec::Document& document, std::string& item) {
  ListMeta meta;
  const auto read_list_meta = [&](JsonValue value) {
    read_fields(value, field<"resourceVersion">(meta.resource_version), field<"continue">(meta.continue_),
                codec::visit<"shardInfo">([&](JsonValue info) { read_fields(info, field<"selector">(meta.shards)); }));
  };
  auto whole = document.read(body, [&](JsonValue root) {
    read_fields(root, codec::visit<"metadata">(read_list_meta),
                codec::visit_each<"items">([&](JsonValue one) { read_item(one, item, visit); }));
  });
  if (!whole) return std::unexpected(std::move(whole.error()));
  if (meta.resource_version.empty()) return codec::mistake("no metadata.resourceVersion");
  return meta;
}

std::expected<WatchLine, codec::Mistake> read_line(const std::string& line, const ReadObject& read,
                                                   codec::Document& document) {
  std::string unreadable;
  const auto read_own = [&](JsonValue object) {
    codec::Reader own;  // names the place within the object
    const objects::ObjectMeta meta = read(JsonValue{own, object.element});
    if (own.ok()) return meta;
    unreadable = own.mistake().text();
    object.fail(unreadable);
    return meta;
  };
  auto event = read_event(line, read_own, document);
  if (unreadable.empty()) return event;
  event = read_event(line, read_meta, document);
  if (!event) return event;
  event->unreadable = std::move(unreadable);
  event->all_told = event->event == WatchEvent::bookmark && says_all_told(line);
  return event;
}

WatchError read_error(const std::string& line, codec::Document& document) {
  std::int64_t code = 0;
  std::string_view message;
  const auto read_status = [&](JsonValue status) {
    read_fields(status, field<"code">(code), field<"message">(message));
  };
  const auto read =
      document.read(line, [&](JsonValue root) { read_fields(root, codec::visit<"object">(read_status)); });
  if (!read) return {.code = 0, .message = "an error that cannot be read: " + read.error().text()};
  return watch_error(code, message);
}

}  // namespace everynode::protocol
