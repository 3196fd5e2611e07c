#include "everynode/codec/document.hpp"

namespace everynode::codec {
namespace {

/// A parser keeps room for the largest text that it has read: six times its size. A parser for more than this is thrown
/// away before the next smaller text.
constexpr std::size_t kept_capacity = 256 * 1024;

}  // namespace

Document::Document() : parser_(std::make_unique<simdjson::ondemand::parser>()) {}

simdjson::error_code Document::open(const std::string& text, Parsed& document) {
  if (parser_->capacity() > kept_capacity && text.size() < kept_capacity) {
    parser_ = std::make_unique<simdjson::ondemand::parser>();
    copy_ = std::string();
  }
  const bool padded = text.capacity() >= text.size() + padding;
  if (!padded) {
    copy_.reserve(text.size() + padding);
    copy_ = text;
  }
  const std::string& source = padded ? text : copy_;
  return parser_->iterate(source.data(), source.size(), source.capacity()).get(document);
}

std::expected<void, Mistake> Document::close(const Reader& reader, Parsed& document) {
  if (!reader.ok()) return std::unexpected(reader.mistake());
  const bool at_end = document.current_location().error() == simdjson::OUT_OF_BOUNDS;
  if (!at_end) return codec::mistake("there is more text behind the value");
  return {};
}

std::string describe(simdjson::error_code error) {
  return simdjson::error_message(error);
}

}  // namespace everynode::codec
