/// JSON Patch (RFC 6902) with the operations that Everynode writes: `add`, `move` and `replace`. Without `remove`, and
/// with `replace` only for values that we know as a whole, no field that we do not know can be lost.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace everynode::codec {

/// One operation. Paths are JSON Pointers (RFC 6901); "-" is the end of an array.
struct Operation {
  enum class Kind : std::uint8_t { add, move, replace };

  Kind kind = Kind::add;
  std::string path;
  std::string value;  ///< JSON text; empty for a move
  std::string from;   ///< of a move

  static Operation add(std::string path, std::string value);
  static Operation replace(std::string path, std::string value);
  static Operation move(std::string from, std::string path);
  bool operator==(const Operation&) const = default;
};

using Patch = std::vector<Operation>;

/// "add", "move", "replace".
[[nodiscard]] std::string_view name_of(Operation::Kind kind);

/// The patch as a JSON document.
[[nodiscard]] std::string to_json(const Patch& patch);

}  // namespace everynode::codec
