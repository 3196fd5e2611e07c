/// A JSON text that is being read, and the parser's memory, which each text uses again.
#pragma once

#include <simdjson.h>

#include <cstddef>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "everynode/codec/reader.hpp"

namespace everynode::codec {

/// Not thread-safe: use one per thread. What was read is valid until the next text is read.
///
/// The parser checks UTF-8 and nesting everywhere, other syntax only where something is read. Everynode does not pass
/// on what it does not read: the API server has parsed its own copy of the text.
class Document {
 public:
  Document();

  /// Calls `read(root)` with the text as a JsonValue. The text is copied unless the string's capacity has `padding`
  /// bytes to spare; otherwise it must stay where it is.
  template <class Read>
  [[nodiscard]] std::expected<void, Mistake> read(const std::string& text, Read read,
                                                  UnknownFields unknown = UnknownFields::skipped);

  static constexpr std::size_t padding = simdjson::SIMDJSON_PADDING;

 private:
  using Parsed = simdjson::ondemand::document;

  [[nodiscard]] simdjson::error_code open(const std::string& text, Parsed& document);
  [[nodiscard]] static std::expected<void, Mistake> close(const Reader& reader, Parsed& document);

  std::unique_ptr<simdjson::ondemand::parser> parser_;
  std::string copy_;
};

/// The parser's text for an error.
[[nodiscard]] std::string describe(simdjson::error_code error);

template <class Read>
std::expected<void, Mistake> Document::read(const std::string& text, Read read, UnknownFields unknown) {
  Parsed document;
  Reader::Element root;
  if (const auto error = open(text, document)) return mistake(describe(error));
  if (const auto error = document.get_value().get(root)) {
    return mistake(error == simdjson::SCALAR_DOCUMENT_AS_VALUE ? "expected an object" : describe(error));
  }
  Reader reader(unknown, Reader::any_number, text.contains('\\'));
  read(JsonValue{reader, root});
  return close(reader, document);
}

}  // namespace everynode::codec
