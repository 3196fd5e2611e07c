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
std::string read_event(codec::Document& document, const std::string& line, const Read& read, WatchLine& out) {
  std::string_view type;
  bool has_object = false;
  const auto read_object = [&](JsonValue object) {
    has_object = true;
    out.meta = read(object);
  };
  std::string problem = document.read(
      line, [&](JsonValue root) { read_fields(root, field<"type">(type), codec::visit<"object">(read_object)); });
  return problem.empty() ? take_type(type, has_object, out) : problem;
}

}  // namespace

std::string read_page(codec::Document& document, const std::string& body, std::string& item,
                      const std::function<void(const Item&)>& visit, ListMeta& meta) {
  const auto read_list_meta = [&](JsonValue value) {
    read_fields(value, field<"resourceVersion">(meta.resource_version), field<"continue">(meta.continue_));
  };
  std::string problem = document.read(body, [&](JsonValue root) {
    read_fields(root, codec::visit<"metadata">(read_list_meta),
                codec::visit_each<"items">([&](JsonValue one) { read_item(one, item, visit); }));
  });
  if (problem.empty() && meta.resource_version.empty()) problem = "no metadata.resourceVersion";
  return problem;
}

std::string read_line(codec::Document& document, const std::string& line, const ReadObject& read, WatchLine& out) {
  const auto read_own = [&](JsonValue object) {
    codec::Reader own;  // names the place within the object
    const objects::ObjectMeta meta = read(JsonValue{own, object.element});
    out.unreadable = own.error();
    if (!own.ok()) object.fail(own.error());
    return meta;
  };
  std::string problem = read_event(document, line, read_own, out);
  return out.unreadable.empty() ? problem : read_event(document, line, read_meta, out);
}

WatchError read_error(codec::Document& document, const std::string& line) {
  std::int64_t code = 0;
  std::string_view message;
  const auto read_status = [&](JsonValue status) {
    read_fields(status, field<"code">(code), field<"message">(message));
  };
  const std::string problem =
      document.read(line, [&](JsonValue root) { read_fields(root, codec::visit<"object">(read_status)); });
  if (!problem.empty()) return {.code = 0, .message = "an error that cannot be read: " + problem};
  return watch_error(code, message);
}

}  // namespace everynode::protocol
