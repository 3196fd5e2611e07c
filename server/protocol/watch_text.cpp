#include "everynode/protocol/watch_text.hpp"

#include <array>

#include "watch_parts.hpp"

namespace everynode::protocol {
namespace {

using codec::Reader;
using Element = Reader::Element;

/// What any object is called.
objects::ObjectMeta read_meta(Reader& reader, Element value) {
  static constexpr std::array<std::string_view, 1> metadata{"metadata"};
  static constexpr std::array<std::string_view, 4> names{"namespace", "name", "uid", "resourceVersion"};
  objects::ObjectMeta out;
  const std::array<std::string_view*, 4> texts{&out.namespace_, &out.name, &out.uid, &out.resource_version};
  reader.object(value, metadata, [&](std::size_t, Element meta) {
    reader.object(meta, names, [&](std::size_t i, Element text) { reader.read(text, *texts[i]); });
  });
  return out;
}

/// Reads an item and returns its text, which may have spaces at its end.
std::string_view read_text(Reader& reader, Element value, objects::ObjectMeta& out) {
  const char* const begin = value.raw_json_token().data();
  const char* end = nullptr;
  out = read_meta(reader, value);
  if (!reader.ok()) return {};
  if (value.current_location().get(end) != simdjson::SUCCESS) {
    reader.fail("the text ends too early");
    return {};
  }
  return {begin, end};
}

void read_item(Reader& reader, Element value, std::string& text, const std::function<void(const Item&)>& visit) {
  objects::ObjectMeta meta;
  const std::string_view raw = read_text(reader, value, meta);
  if (!reader.ok()) return;
  if (meta.name.empty()) return reader.fail("no metadata.name");
  text.reserve(raw.size() + codec::Document::padding);
  text = raw;
  visit({.meta = meta, .json = text});
}

void read_list_meta(Reader& reader, Element value, ListMeta& out) {
  static constexpr std::array<std::string_view, 2> names{"resourceVersion", "continue"};
  const std::array<std::string*, 2> texts{&out.resource_version, &out.continue_};
  reader.object(value, names, [&](std::size_t i, Element element) {
    std::string_view text;
    reader.read(element, text);
    *texts[i] = text;
  });
}

template <class Read>
std::string read_event(codec::Document& document, const std::string& line, const Read& read, WatchLine& out) {
  static constexpr std::array<std::string_view, 2> names{"type", "object"};
  std::string_view type;
  bool has_object = false;
  std::string problem = document.read(line, [&](Reader& reader, Element root) {
    reader.object(root, names, [&](std::size_t i, Element value) {
      if (i == 0) return reader.read(value, type);
      has_object = true;
      out.meta = read(reader, value);
    });
  });
  return problem.empty() ? take_type(type, has_object, out) : problem;
}

}  // namespace

std::string read_page(codec::Document& document, const std::string& body, std::string& item,
                      const std::function<void(const Item&)>& visit, ListMeta& meta) {
  static constexpr std::array<std::string_view, 2> names{"metadata", "items"};
  std::string problem = document.read(body, [&](Reader& reader, Element root) {
    reader.object(root, names, [&](std::size_t i, Element value) {
      if (i == 0) return read_list_meta(reader, value, meta);
      reader.array(value, [&](Element element) { read_item(reader, element, item, visit); });
    });
  });
  if (problem.empty() && meta.resource_version.empty()) problem = "no metadata.resourceVersion";
  return problem;
}

std::string read_line(codec::Document& document, const std::string& line, const ReadObject& read, WatchLine& out) {
  const auto read_own = [&](Reader& reader, Element value) {
    Reader own;  // names the place within the object
    const objects::ObjectMeta meta = read(own, value);
    out.unreadable = own.error();
    if (!own.ok()) reader.fail(own.error());
    return meta;
  };
  std::string problem = read_event(document, line, read_own, out);
  return out.unreadable.empty() ? problem : read_event(document, line, read_meta, out);
}

WatchError read_error(codec::Document& document, const std::string& line) {
  static constexpr std::array<std::string_view, 1> object{"object"};
  static constexpr std::array<std::string_view, 2> names{"code", "message"};
  std::int64_t code = 0;
  std::string_view message;
  const std::string problem = document.read(line, [&](Reader& reader, Element root) {
    reader.object(root, object, [&](std::size_t, Element status) {
      reader.object(status, names, [&](std::size_t i, Element value) {
        i == 0 ? reader.read(value, code) : reader.read(value, message);
      });
    });
  });
  if (!problem.empty()) return {.code = 0, .message = "an error that cannot be read: " + problem};
  return watch_error(code, message);
}

}  // namespace everynode::protocol
