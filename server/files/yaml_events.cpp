#include "yaml_events.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <string_view>

namespace everynode::files {
namespace {

Place place_of(const yaml_mark_t& mark) {
  return {.line = mark.line + 1, .column = mark.column + 1};
}

std::string text_of(const yaml_char_t* text) {
  return text == nullptr ? std::string() : reinterpret_cast<const char*>(text);
}

/// Deletes libyaml's event at the end of its scope.
struct Owned {
  yaml_event_t event{};
  Owned() = default;
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  ~Owned() { yaml_event_delete(&event); }
};

void take_scalar(const yaml_event_t& event, YamlEvent& out) {
  const auto& scalar = event.data.scalar;
  out.anchor = text_of(scalar.anchor);
  out.tag = text_of(scalar.tag);
  out.text.assign(reinterpret_cast<const char*>(scalar.value), scalar.length);
  out.plain = scalar.plain_implicit != 0;
}

/// kubectl refuses all versions but YAML 1.1, because words and numbers mean other things in YAML 1.2.
void check_version(const yaml_event_t& event) {
  const yaml_version_directive_t* version = event.data.document_start.version_directive;
  if (version == nullptr || (version->major == 1 && version->minor == 1)) return;
  throw YamlMistake(place_of(event.start_mark), "%YAML " + std::to_string(version->major) + "." +
                                                    std::to_string(version->minor) +
                                                    " is not read, as in kubectl; expected YAML 1.1, or no %YAML line");
}

}  // namespace

YamlMistake::YamlMistake(Place place, std::string what)
    : mistake_{.where = "line " + std::to_string(place.line) + ", column " + std::to_string(place.column),
               .what = std::move(what)} {}

YamlEvents::YamlEvents(const std::string& text) : text_(text) {
  if (yaml_parser_initialize(&parser_) == 0) throw std::bad_alloc();
  yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
}

YamlEvents::~YamlEvents() {
  yaml_parser_delete(&parser_);
}

YamlEvent YamlEvents::next() {
  Owned owned;
  if (yaml_parser_parse(&parser_, &owned.event) == 0) fail();
  const yaml_event_t& event = owned.event;
  YamlEvent out{.type = event.type, .anchor = {}, .tag = {}, .text = {}, .place = place_of(event.start_mark)};
  switch (event.type) {
    case YAML_DOCUMENT_START_EVENT:
      check_version(event);
      break;
    case YAML_ALIAS_EVENT:
      out.anchor = text_of(event.data.alias.anchor);
      break;
    case YAML_SCALAR_EVENT:
      take_scalar(event, out);
      break;
    case YAML_SEQUENCE_START_EVENT:
      out.anchor = text_of(event.data.sequence_start.anchor);
      break;
    case YAML_MAPPING_START_EVENT:
      out.anchor = text_of(event.data.mapping_start.anchor);
      break;
    default:
      break;
  }
  return out;
}

/// The character at a mark, if it is ASCII. libyaml counts characters, not bytes.
char YamlEvents::at(const yaml_mark_t& mark) const {
  const auto begins_character = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  std::size_t left = mark.index;
  for (const char c : text_) {
    if (begins_character(c) && left-- == 0) return c;
  }
  return '\0';
}

std::string YamlEvents::problem() const {
  const std::string said = parser_.problem == nullptr ? "it is no YAML" : parser_.problem;
  if (said == "did not find expected <document start>")
    return "more text behind the end of the document; indent it like the document's first line, or begin another "
           "document with ---";
  if (said == "found unexpected ':'") return "a text that ends with ':' wants quotes here";
  if (said == "found character that cannot start any token" && at(parser_.problem_mark) == '\t')
    return "a tab cannot indent; use spaces";
  const Place begun = place_of(parser_.context_mark);
  if (parser_.context == nullptr || begun.line > place_at(text_.size()).line) return said;
  return said + " " + parser_.context + " that begins in line " + std::to_string(begun.line);
}

Place YamlEvents::place_at(std::size_t offset) const {
  const std::string_view before = std::string_view(text_).substr(0, offset);
  const std::size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
  const auto lines = static_cast<std::size_t>(std::ranges::count(before, '\n'));
  return {.line = lines + 1, .column = before.size() - line_begin + 1};
}

void YamlEvents::fail() const {
  if (parser_.error == YAML_MEMORY_ERROR) throw std::bad_alloc();
  // A byte that is not text has only an offset.
  if (parser_.error == YAML_READER_ERROR) throw YamlMistake(place_at(parser_.problem_offset), problem());
  const Place place = place_of(parser_.problem_mark);
  const Place end = place_at(text_.size());
  // libyaml puts the end of the text on an extra line.
  throw YamlMistake(place.line > end.line ? end : place, problem());
}

}  // namespace everynode::files
