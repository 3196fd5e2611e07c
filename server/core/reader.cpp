#include "everynode/core/reader.hpp"

namespace everynode::core {

void Reader::read(Element value, std::string& out) {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) return fail("expected a string");
  out = text;
}

void Reader::read(Element value, bool& out) {
  if (value.get(out) != simdjson::SUCCESS) fail("expected true or false");
}

void Reader::read(Element value, std::int64_t& out) {
  if (value.get(out) != simdjson::SUCCESS) fail("expected an integer");
}

void Reader::fail(std::string_view what) {
  if (!ok()) return;
  for (const Step& step : path_) {
    if (const auto* index = std::get_if<std::size_t>(&step)) {
      error_ += "[" + std::to_string(*index) + "]";
    } else {
      if (!error_.empty()) error_ += '.';
      error_ += std::get<std::string_view>(step);
    }
  }
  if (!error_.empty()) error_ += ": ";
  error_ += what;
}

}  // namespace everynode::core
