#include "everynode/kube/watch_text.hpp"

#include <algorithm>
#include <array>

namespace everynode::kube {
namespace {

using core::Reader;
using Element = Reader::Element;

constexpr std::array<std::string_view, 5> event_names{"ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"};

void read(Reader& reader, Element value, ObjectMeta& out) {
  static constexpr std::array<std::string_view, 4> names{"namespace", "name", "uid", "resourceVersion"};
  const std::array<std::string_view*, 4> texts{&out.namespace_, &out.name, &out.uid, &out.resource_version};
  reader.object(value, names, [&](std::size_t i, Element text) { reader.read(text, *texts[i]); });
}

/// Reads an object and returns its text, which may have spaces at its end.
std::string_view read_object(Reader& reader, Element value, ObjectMeta& out) {
  static constexpr std::array<std::string_view, 1> names{"metadata"};
  const char* const begin = value.raw_json_token().data();
  const char* end = nullptr;
  reader.object(value, names, [&](std::size_t, Element meta) { read(reader, meta, out); });
  if (!reader.ok()) return {};
  if (value.current_location().get(end) != simdjson::SUCCESS) {
    reader.fail("the text ends too early");
    return {};
  }
  return {begin, end};
}

void read_item(Reader& reader, Element value, std::string& text, const std::function<void(const Object&)>& visit) {
  ObjectMeta meta;
  const std::string_view raw = read_object(reader, value, meta);
  if (!reader.ok()) return;
  if (meta.name.empty()) return reader.fail("no metadata.name");
  text.reserve(raw.size() + core::Document::padding);
  text = raw;
  visit({.namespace_ = meta.namespace_,
         .name = meta.name,
         .uid = meta.uid,
         .resource_version = meta.resource_version,
         .json = text});
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

/// What a line must say beside being JSON.
std::string_view mistake_in(const WatchLine& line, bool known_event, std::string_view object) {
  if (!known_event) return "no known type";
  if (object.empty()) return "no object";
  if (line.event == WatchEvent::error) return {};
  if (line.meta.resource_version.empty()) return "no object.metadata.resourceVersion";
  if (line.event != WatchEvent::bookmark && line.meta.name.empty()) return "no object.metadata.name";
  return {};
}

}  // namespace

std::string read_page(core::Document& document, const std::string& body, std::string& item,
                      const std::function<void(const Object&)>& visit, ListMeta& meta) {
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

std::string read_line(core::Document& document, std::string& line, WatchLine& out) {
  static constexpr std::array<std::string_view, 2> names{"type", "object"};
  std::string_view type;
  std::string_view object;
  std::string problem = document.read(line, [&](Reader& reader, Element root) {
    reader.object(root, names, [&](std::size_t i, Element value) {
      if (i == 0) return reader.read(value, type);
      object = read_object(reader, value, out.meta);
    });
  });
  if (!problem.empty()) return problem;
  const auto* event = std::ranges::find(event_names, type);
  out.event = static_cast<WatchEvent>(event - event_names.begin());
  problem = mistake_in(out, event != event_names.end(), object);
  if (!problem.empty()) return problem;
  const auto begin = static_cast<std::size_t>(object.data() - line.data());
  line.erase(begin + object.size());
  line.erase(0, begin);
  return {};
}

WatchError read_error(core::Document& document, const std::string& status) {
  static constexpr std::array<std::string_view, 2> names{"code", "message"};
  std::int64_t code = 0;
  std::string_view message;
  const std::string problem = document.read(status, [&](Reader& reader, Element root) {
    reader.object(root, names, [&](std::size_t i, Element value) {
      i == 0 ? reader.read(value, code) : reader.read(value, message);
    });
  });
  if (!problem.empty()) return {.code = 0, .message = "an error that cannot be read: " + problem};
  const bool is_code = code >= 0 && code < 1000;
  return {.code = is_code ? static_cast<unsigned>(code) : 0, .message = std::string(message)};
}

}  // namespace everynode::kube
