/// JSON Patch (RFC 6902), as far as Everynode writes it: `add` and `move`. There is no `remove` and no `replace`, so
/// nothing that we do not know can be lost.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace everynode::admission {

/// One operation: an `add` of a value, or (with `from`) a `move`. Paths are JSON Pointers (RFC 6901); an array's "-" is
/// its end.
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
