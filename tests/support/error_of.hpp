// What is wrong with a result, for comparisons.
#pragma once

#include <expected>
#include <string>

#include "everynode/codec/mistake.hpp"

namespace everynode::support {

inline std::string to_text(const std::string& error) {
  return error;
}
inline std::string to_text(const codec::Mistake& error) {
  return error.text();
}

/// The error's text; empty if there is a value.
template <class T, class Error>
std::string error_of(const std::expected<T, Error>& result) {
  return result ? std::string() : to_text(result.error());
}

}  // namespace everynode::support
