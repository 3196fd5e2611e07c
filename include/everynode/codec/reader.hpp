/// Reads typed values out of foreign JSON. Wrong types and duplicate keys become one error that names the place.
#pragma once

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/codec/field.hpp"
#include "everynode/codec/mistake.hpp"

namespace everynode::codec {

/// What to do with members that the caller does not name: objects of the API server may have fields of a newer version,
/// files that people write may have typing errors.
enum class UnknownFields { skipped, refused };

struct JsonValue;

/// Walks a document once, forwards, and remembers the first thing that was wrong; after that, reading does nothing.
/// null counts as absent everywhere, as it does for the API server.
class Reader {
 public:
  using Element = simdjson::ondemand::value;

  /// The default: no limit. A limit makes more array elements than that, counted over the whole text, an error: three
  /// bytes of foreign text can take a hundred in memory.
  static constexpr std::size_t any_number = std::numeric_limits<std::size_t>::max();

  /// `escapes`: whether the text has a backslash at all. Without one no key needs a second look.
  explicit Reader(UnknownFields unknown = UnknownFields::skipped, std::size_t most_elements = any_number,
                  bool escapes = true)
      : unknown_(unknown), most_elements_(most_elements), escapes_(escapes) {}

  [[nodiscard]] bool ok() const { return !mistake_; }
  /// The first thing that was wrong. Only if not `ok()`.
  [[nodiscard]] const Mistake& mistake() const { return *mistake_; }
  /// The mistake is that there were more elements than the limit.
  [[nodiscard]] bool too_many() const { return too_many_; }
  [[nodiscard]] bool escapes() const { return escapes_; }

  /// Records that something is wrong with the value being visited.
  void fail(std::string_view what);
  /// Records an error of the parser: `expected`, if the value has another type; else what is wrong with the JSON.
  bool failed(simdjson::error_code code, std::string_view expected = {}) {
    if (code != simdjson::SUCCESS) [[unlikely]]
      record(code, expected);
    return code != simdjson::SUCCESS;
  }

 private:
  template <FieldName... names, FieldNumber... numbers, class... Reads>
  friend void read_fields(JsonValue value, const Field<names, numbers, Reads>&... fields);
  template <class Visit>
  friend void visit_members(JsonValue value, Visit visit);
  template <class Visit>
  friend void visit_elements(JsonValue value, Visit visit);

  using Key = simdjson::ondemand::raw_json_string;

  /// A member's name, or an element's index.
  struct Step {
    std::string_view name;
    std::size_t index = 0;
  };

  void enter(Step step) {
    if (depth_ < path_.size()) path_[depth_] = step;
    ++depth_;
  }
  void leave() { --depth_; }
  /// False: the member is not to be read, as it is null or stands there twice.
  [[nodiscard]] bool begin_member(std::string_view name, Element element, std::uint32_t bit, std::uint32_t& seen) {
    enter({.name = name});
    if ((seen & bit) != 0) [[unlikely]]
      return fail("duplicate key"), false;
    seen |= bit;
    bool null = false;
    return !failed(element.is_null().get(null)) && !null;
  }
  /// True if the key is written with a backslash ("everynode.dev\/node"): its bytes are not those that it means.
  [[nodiscard]] bool escaped(Key key) const {
    if (!escapes_) return false;
    const char* c = key.raw();
    while (*c != '"' && *c != '\\') ++c;
    return *c == '\\';
  }
  [[nodiscard]] bool may_pass_over(Key unknown) {
    if (unknown_ == UnknownFields::refused) [[unlikely]]
      refuse(unknown);
    return ok();
  }
  void refuse(Key unknown);
  void record(simdjson::error_code code, std::string_view expected);
  void count_element() {
    if (++elements_ > most_elements_) [[unlikely]]
      fail_of_number();
  }
  void fail_of_number();

  UnknownFields unknown_;
  std::size_t most_elements_;
  bool escapes_;
  std::size_t elements_ = 0;
  bool too_many_ = false;
  std::array<Step, 16> path_;  ///< deeper than anything that we read
  std::size_t depth_ = 0;
  std::optional<Mistake> mistake_;
};

/// A value of a document, which can be read once. What is wrong with it is the reader's mistake afterwards.
struct JsonValue {
  Reader& reader;
  Reader::Element element;

  void fail(std::string_view what) const { reader.fail(what); }
};

/// The same for what is read in both encodings (protobuf.hpp).
inline void fail(JsonValue value, std::string_view what) {
  value.fail(what);
}

/// The texts are valid as long as the document.
void read(JsonValue value, std::string_view& out);
void read(JsonValue value, std::string& out);
void read(JsonValue value, bool& out);
void read(JsonValue value, std::int64_t& out);
/// An object's own JSON text, as it stands in the document.
void read_raw(JsonValue value, std::string_view& out);
/// An array's.
void read_raw_array(JsonValue value, std::string_view& out);

/// Calls `visit(key, value)` for each member of a map whose keys anybody may choose. Later ones of the same key are
/// visited too.
template <class Visit>
void visit_members(JsonValue value, Visit visit) {
  Reader& reader = value.reader;
  simdjson::ondemand::object object;
  if (reader.failed(value.element.get_object().get(object), "expected an object")) return;
  for (auto member : object) {
    std::string_view name;
    Reader::Element element;
    if (reader.failed(member.unescaped_key().get(name)) || reader.failed(member.value().get(element))) return;
    reader.enter({.name = name});
    bool null = false;
    if (!reader.failed(element.is_null().get(null)) && !null) visit(name, JsonValue{reader, element});
    if (!reader.ok()) return;
    reader.leave();
  }
}

/// Calls `visit(value)` for each element of an array.
template <class Visit>
void visit_elements(JsonValue value, Visit visit) {
  Reader& reader = value.reader;
  simdjson::ondemand::array array;
  if (reader.failed(value.element.get_array().get(array), "expected an array")) return;
  std::size_t index = 0;
  for (auto item : array) {
    Reader::Element element;
    if (reader.failed(item.get(element))) return;
    reader.enter({.name = {}, .index = index++});
    reader.count_element();
    if (reader.ok()) visit(JsonValue{reader, element});
    if (!reader.ok()) return;
    reader.leave();
  }
}

template <class Out>
void read(JsonValue value, std::optional<Out>& out) {
  read(value, out.emplace());
}

template <class Out>
void read(JsonValue value, std::vector<Out>& out) {
  visit_elements(value, [&](JsonValue element) { read(element, out.emplace_back()); });
}

template <class Out>
void read_value(JsonValue value, const ReadInto<Out>& into) {
  read(value, into.out);
}
template <class Read>
void read_value(JsonValue value, const ReadBy<Read>& by) {
  by.read(value);
}
template <class Read>
void read_value(JsonValue value, const ReadEachBy<Read>& by) {
  visit_elements(value, by.read);
}

/// Reads these fields of an object.
template <FieldName... names, FieldNumber... numbers, class... Reads>
void read_fields(JsonValue value, const Field<names, numbers, Reads>&... fields) {
  static_assert(sizeof...(fields) <= 32);
  static_assert((!names.text().empty() && ...), "a field without a name is read from protobuf only");
  static constexpr std::array<std::string_view, sizeof...(fields)> texts{names.text()...};
  Reader& reader = value.reader;
  simdjson::ondemand::object object;
  if (reader.failed(value.element.get_object().get(object), "expected an object")) return;
  std::uint32_t seen = 0;
  for (auto member : object) {
    Reader::Key key;
    JsonValue found{reader, {}};
    if (reader.failed(member.key().get(key)) || reader.failed(member.value().get(found.element))) return;
    std::size_t place = 0;
    bool known = ((KeyMatcher<names>::stands_at(key.raw()) || (++place, false)) || ...);
    if (!known && reader.escaped(key)) [[unlikely]] {
      std::string_view text;
      if (reader.failed(member.unescaped_key().get(text))) return;
      place = static_cast<std::size_t>(std::ranges::find(texts, text) - texts.begin());
      known = place < texts.size();
    }
    if (!known && !reader.may_pass_over(key)) return;
    if (!known) continue;
    if (reader.begin_member(texts[place], found.element, std::uint32_t{1} << place, seen)) {
      std::size_t at = 0;
      (void)((at++ == place && (read_value(found, fields.read), true)) || ...);
    }
    if (!reader.ok()) return;
    reader.leave();
  }
}

}  // namespace everynode::codec
