/// The error of everything that reads foreign bytes.
#pragma once

#include <expected>
#include <string>
#include <utility>

namespace everynode::codec {

/// What is wrong with a text or with bytes. It stays wrong: to read them again is no use.
struct Mistake {
  std::string where = {};  ///< "spec.tolerations[2].key", or several such places; empty: in the whole
  std::string what = {};   ///< "expected a string"

  /// "spec.tolerations[2].key: expected a string".
  [[nodiscard]] std::string text() const { return where.empty() ? what : where + ": " + what; }
  /// The same mistake in a larger text, which has the smaller one at `place`.
  [[nodiscard]] Mistake inside(const std::string& place) && {
    return {.where = where.empty() ? place : place + ": " + where, .what = std::move(what)};
  }

  bool operator==(const Mistake&) const = default;
};

/// For `return mistake("no metadata.resourceVersion")`.
[[nodiscard]] inline std::unexpected<Mistake> mistake(std::string what, std::string where = {}) {
  return std::unexpected(Mistake{.where = std::move(where), .what = std::move(what)});
}

}  // namespace everynode::codec
