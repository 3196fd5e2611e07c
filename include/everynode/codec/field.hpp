/// The fields of an object, as JSON and protobuf know them: a name, a number, and where the value goes. An object that
/// comes in both encodings is described once:
///
///     read_fields(value, field<"key", 1>(out.key), field<"values", 3>(out.values));
///
/// `value` is a JsonValue (reader.hpp) or a Message (protobuf.hpp). Fields that nobody asks for are skipped.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

namespace everynode::codec {

/// A name that is known when the program is compiled.
template <std::size_t Size>
struct FieldName {
  consteval FieldName(const char (&text)[Size + 1]) { std::copy_n(text, Size, bytes.begin()); }
  consteval explicit FieldName(std::string_view text) { std::copy_n(text.begin(), Size, bytes.begin()); }

  [[nodiscard]] constexpr std::string_view text() const { return {bytes.data(), Size}; }

  std::array<char, Size> bytes{};
};
template <std::size_t N>
FieldName(const char (&)[N]) -> FieldName<N - 1>;

/// The number in protobuf; 0 for a field that is read from JSON only.
using FieldNumber = std::uint32_t;

/// Finds a name by words: most of the keys that do not match differ in the first.
template <FieldName name>
class KeyMatcher {
 public:
  /// Whether the name and a closing quote stand here. Reads at most a word beyond where they differ, so the padding of
  /// the document is enough.
  [[nodiscard]] static bool stands_at(const char* key) {
    return [key]<std::size_t... I>(std::index_sequence<I...>) {
      return ((word_at(key, I) == words[I]) && ...) && (word_at(key, sizeof...(I)) & last_mask) == words[sizeof...(I)];
    }(std::make_index_sequence<words.size() - 1>());
  }

 private:
  using Word = std::uint64_t;

  static Word word_at(const char* bytes, std::size_t index) {
    Word word = 0;
    std::memcpy(&word, bytes + index * sizeof(word), sizeof(word));
    return word;
  }

  static constexpr std::size_t size = name.text().size() + 1;  ///< with the quote
  static constexpr auto words = [] {
    std::array<char, (size + sizeof(Word) - 1) / sizeof(Word) * sizeof(Word)> bytes{};
    std::ranges::copy(name.text(), bytes.begin());
    bytes[size - 1] = '"';
    return std::bit_cast<std::array<Word, bytes.size() / sizeof(Word)>>(bytes);
  }();
  static constexpr Word last_mask = [] {
    std::array<char, sizeof(Word)> bytes{};
    std::fill_n(bytes.begin(), size - (words.size() - 1) * sizeof(Word), static_cast<char>(0xff));
    return std::bit_cast<Word>(bytes);
  }();
};

/// A field that somebody asks for. One without a name is read from protobuf only.
template <FieldName Name, FieldNumber Number, class Read>
struct Field {
  static constexpr auto name = Name;
  static constexpr FieldNumber number = Number;
  Read read;
};

/// Puts the value, of whatever encoding, into `out`: a text, a number, a bool, an object for which there is a `read`,
/// or an optional or a list of these. A view is valid as long as the text that it is read from.
template <class Out>
struct ReadInto {
  Out& out;
};

/// Calls `read(value)`.
template <class Read>
struct ReadBy {
  Read read;
};

/// Calls `read(value)` for each element of a list.
template <class Read>
struct ReadEachBy {
  Read read;
};

template <FieldName name, FieldNumber number = 0, class Out>
[[nodiscard]] auto field(Out& out) {
  return Field<name, number, ReadInto<Out>>{{out}};
}
template <FieldNumber number, class Out>
[[nodiscard]] auto field(Out& out) {
  return Field<"", number, ReadInto<Out>>{{out}};
}

template <FieldName name, FieldNumber number = 0, class Read>
[[nodiscard]] auto visit(Read read) {
  return Field<name, number, ReadBy<Read>>{{std::move(read)}};
}
template <FieldNumber number, class Read>
[[nodiscard]] auto visit(Read read) {
  return Field<"", number, ReadBy<Read>>{{std::move(read)}};
}

template <FieldName name, FieldNumber number = 0, class Read>
[[nodiscard]] auto visit_each(Read read) {
  return Field<name, number, ReadEachBy<Read>>{{std::move(read)}};
}

}  // namespace everynode::codec
