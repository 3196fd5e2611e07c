/// Reading typed values out of foreign JSON: wrong types and duplicate keys become one error that names the place.
#pragma once

#include <simdjson.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace everynode::core {

/// Walks a parsed document and remembers the first thing that was wrong; after that, reading is harmless and of no use.
/// null counts as absent everywhere, as it does for the API server.
class Reader {
 public:
  using Element = simdjson::dom::element;

  /// "spec.tolerations[2].key: expected a string", or empty if all was well.
  [[nodiscard]] const std::string& error() const { return error_; }
  [[nodiscard]] bool ok() const { return error_.empty(); }

  /// Calls `visit(index of the name, value)` for each member whose name is in `names`; the others are skipped.
  template <std::size_t N, class Visit>
  void object(Element value, const std::array<std::string_view, N>& names, Visit visit);

  /// Calls `visit(value)` for each element.
  template <class Visit>
  void array(Element value, Visit visit);

  void read(Element value, std::string& out);
  void read(Element value, bool& out);
  void read(Element value, std::int64_t& out);

  /// Records that something else is wrong with the value being visited.
  void fail(std::string_view what);

 private:
  using Step = std::variant<std::string_view, std::size_t>;

  std::vector<Step> path_;
  std::string error_;
};

template <std::size_t N, class Visit>
void Reader::object(Element value, const std::array<std::string_view, N>& names, Visit visit) {
  static_assert(N <= 32);
  simdjson::dom::object members;
  if (value.get(members) != simdjson::SUCCESS) return fail("expected an object");
  std::uint32_t seen = 0;
  for (const auto& [name, member] : members) {
    for (std::size_t i = 0; i < N; ++i) {
      if (names[i] != name) continue;
      path_.emplace_back(names[i]);
      const std::uint32_t bit = std::uint32_t{1} << i;
      if ((seen & bit) != 0) fail("duplicate key");
      seen |= bit;
      if (ok() && !member.is_null()) visit(i, Element(member));
      path_.pop_back();
      break;
    }
  }
}

template <class Visit>
void Reader::array(Element value, Visit visit) {
  simdjson::dom::array elements;
  if (value.get(elements) != simdjson::SUCCESS) return fail("expected an array");
  std::size_t index = 0;
  for (const Element element : elements) {
    if (!ok()) return;
    path_.emplace_back(index++);
    visit(element);
    path_.pop_back();
  }
}

}  // namespace everynode::core
