#include "everynode/core/document.hpp"

namespace everynode::core {
namespace {

constexpr std::size_t max_depth = 64;

/// A parser keeps room for the largest document that it has seen (a tape of ten times its size); one of this many bytes is let go.
constexpr std::size_t kept_capacity = 256 * 1024;

}  // namespace

Document::Document() : parser_(std::make_unique<simdjson::dom::parser>()) {}

std::expected<simdjson::dom::element, std::string> Document::parse(const std::string& text) {
  const bool oversized = parser_->capacity() > kept_capacity && text.size() < kept_capacity;
  if (oversized) parser_ = std::make_unique<simdjson::dom::parser>();
  simdjson::error_code error = simdjson::SUCCESS;
  if (parser_->capacity() < text.size() || parser_->max_depth() != max_depth) {
    error = parser_->allocate(text.size() + padding, max_depth);
  }
  simdjson::dom::element root;
  if (error == simdjson::SUCCESS) error = parser_->parse(text).get(root);
  if (error != simdjson::SUCCESS) return std::unexpected(std::string(simdjson::error_message(error)));
  return root;
}

}  // namespace everynode::core
