/// JSON Patch (RFC 6902) with the operations that Everynode writes: `add` and `move`. Without `remove` and `replace`,
/// no field that we do not know can be lost.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace everynode::admission {

/// One operation: an `add` of a value, or (with `from`) a `move`. Paths are JSON Pointers (RFC 6901); "-" is the end of
/// an array.
struct Operation {
  std::string path;
  std::string value;  ///< JSON text; empty for a move
  std::string from;   ///< empty for an add

  static Operation add(std::string path, std::string value);
  static Operation move(std::string from, std::string path);
  bool operator==(const Operation&) const = default;
};

using Patch = std::vector<Operation>;

/// The patch as a JSON document.
[[nodiscard]] std::string to_json(const Patch& patch);

}  // namespace everynode::admission
