/// A parsed JSON document and the parser that holds it, reused from one document to the next.
#pragma once

#include <simdjson.h>

#include <cstddef>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

namespace everynode::core {

/// Not thread-safe: one for each thread. Elements are valid until the next call of `parse`.
class Document {
 public:
  Document();

  /// Checks and parses all of `text`: syntax, UTF-8, at most 64 levels. Errors say what is wrong. Copies the text unless the string's
  /// capacity has `padding` bytes to spare.
  std::expected<simdjson::dom::element, std::string> parse(const std::string& text);

  static constexpr std::size_t padding = simdjson::SIMDJSON_PADDING;

 private:
  std::unique_ptr<simdjson::dom::parser> parser_;
};

}  // namespace everynode::core
