/// Reads typed values out of foreign JSON. Wrong types and duplicate keys become one error that names the place.
#pragma once

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace everynode::codec {

/// What to do with members that the caller does not name: objects of the API server may have fields of a newer version,
/// files that people write may have typing errors.
enum class UnknownFields { skipped, refused };

/// Walks a document once, forwards, and remembers the first thing that was wrong; after that, reading does nothing.
/// null counts as absent everywhere, as it does for the API server.
class Reader {
 public:
  /// A value of the document at which the reader stands. It can be read once.
  using Element = simdjson::ondemand::value;

  /// The default: no limit. A limit makes more array elements than that, counted over the whole text, an error: three
  /// bytes of foreign text can take a hundred in memory.
  static constexpr std::size_t any_number = std::numeric_limits<std::size_t>::max();

  /// `escapes`: whether the text has a backslash at all. Without one no key needs a second look.
  explicit Reader(UnknownFields unknown = UnknownFields::skipped, std::size_t most_elements = any_number,
                  bool escapes = true)
      : unknown_(unknown), most_elements_(most_elements), escapes_(escapes) {}

  /// E.g. "spec.tolerations[2].key: expected a string"; empty if there was no error.
  [[nodiscard]] const std::string& error() const { return error_; }
  [[nodiscard]] bool ok() const { return error_.empty(); }
  /// The error is that there were more elements than the limit.
  [[nodiscard]] bool too_many() const { return too_many_; }
  [[nodiscard]] bool escapes() const { return escapes_; }

  /// Calls `visit(index of the name, value)` for each member whose name is in `names`.
  template <std::size_t N, class Visit>
  void object(Element value, const std::array<std::string_view, N>& names, Visit visit);

  /// Calls `visit(key, value)` for each member of a map whose keys anybody may choose. Later ones of the same key are
  /// visited too.
  template <class Visit>
  void members(Element value, Visit visit);

  /// Calls `visit(value)` for each element.
  template <class Visit>
  void array(Element value, Visit visit);

  /// The text is valid as long as the document.
  void read(Element value, std::string_view& out);
  void read(Element value, std::string& out);
  void read(Element value, bool& out);
  void read(Element value, std::int64_t& out);
  /// An object's own JSON text, as it stands in the document.
  void raw(Element value, std::string_view& out);

  /// Records that something else is wrong with the value being visited.
  void fail(std::string_view what);

 private:
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
  /// True if the key is written with a backslash ("everynode.dev\/node"): its bytes are not those that it means.
  [[nodiscard]] bool escaped(simdjson::ondemand::raw_json_string key) const {
    if (!escapes_) return false;
    const char* c = key.raw();
    while (*c != '"' && *c != '\\') ++c;
    return *c == '\\';
  }
  void refuse(simdjson::ondemand::raw_json_string unknown);

  /// Records an error of the parser: `expected`, if the value has another type; else what is wrong with the JSON.
  bool failed(simdjson::error_code code, std::string_view expected = {}) {
    if (code != simdjson::SUCCESS) [[unlikely]]
      record(code, expected);
    return code != simdjson::SUCCESS;
  }
  void record(simdjson::error_code code, std::string_view expected);
  void fail_of_number();

  UnknownFields unknown_;
  std::size_t most_elements_;
  bool escapes_;
  std::size_t elements_ = 0;
  bool too_many_ = false;
  std::array<Step, 16> path_;  ///< deeper than anything that we read
  std::size_t depth_ = 0;
  std::string error_;
};

template <std::size_t N, class Visit>
void Reader::object(Element value, const std::array<std::string_view, N>& names, Visit visit) {
  static_assert(N <= 32);
  simdjson::ondemand::object object;
  if (failed(value.get_object().get(object), "expected an object")) return;
  std::uint32_t seen = 0;
  for (auto member : object) {
    simdjson::ondemand::raw_json_string name;
    Element element;
    if (failed(member.key().get(name)) || failed(member.value().get(element))) return;
    std::size_t i = 0;
    while (i < N && !name.unsafe_is_equal(names[i])) ++i;
    if (i == N && escaped(name)) [[unlikely]] {
      std::string_view key;
      if (failed(member.unescaped_key().get(key))) return;
      i = static_cast<std::size_t>(std::ranges::find(names, key) - names.begin());
    }
    if (i == N) {
      if (unknown_ == UnknownFields::refused) return refuse(name);
      continue;
    }
    enter({.name = names[i]});
    const std::uint32_t bit = std::uint32_t{1} << i;
    bool null = false;
    if ((seen & bit) != 0) {
      fail("duplicate key");
    } else if (!failed(element.is_null().get(null)) && !null) {
      visit(i, element);
    }
    if (!ok()) return;
    seen |= bit;
    leave();
  }
}

template <class Visit>
void Reader::members(Element value, Visit visit) {
  simdjson::ondemand::object object;
  if (failed(value.get_object().get(object), "expected an object")) return;
  for (auto member : object) {
    std::string_view name;
    Element element;
    if (failed(member.unescaped_key().get(name)) || failed(member.value().get(element))) return;
    enter({.name = name});
    bool null = false;
    if (!failed(element.is_null().get(null)) && !null) visit(name, element);
    if (!ok()) return;
    leave();
  }
}

template <class Visit>
void Reader::array(Element value, Visit visit) {
  simdjson::ondemand::array array;
  if (failed(value.get_array().get(array), "expected an array")) return;
  std::size_t index = 0;
  for (auto item : array) {
    Element element;
    if (failed(item.get(element))) return;
    enter({.name = {}, .index = index++});
    if (++elements_ > most_elements_) fail_of_number();
    if (ok()) visit(element);
    if (!ok()) return;
    leave();
  }
}

}  // namespace everynode::codec
